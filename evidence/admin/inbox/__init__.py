"""The inbox and the triage screen of the desk."""

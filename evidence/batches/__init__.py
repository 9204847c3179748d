"""Files and emails that a clerk adds together; each becomes a submission."""

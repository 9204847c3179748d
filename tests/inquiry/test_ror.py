"""Loading institutions from the ROR dump: adds, updates, and keeps what clerks set."""

import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command

from inquiry.vocabulary.models import Institution, InstitutionName
from inquiry.vocabulary.ror import BATCH, NotRorDumpError
from inquiry.vocabulary.ror_dump import CHUNK, records

pytestmark = pytest.mark.django_db
ASTON = "05j0ve876"


def name(text: str, *types: str) -> dict[str, object]:
    return {"value": text, "types": list(types), "lang": None}


def record(
    ror_id: str = ASTON,
    display: str = "Aston University",
    *names: dict[str, object],
    country: str = "GB",
    kinds: tuple[str, ...] = ("education",),
    status: str = "active",
    website: str = "https://www.aston.example",
) -> dict[str, object]:
    """A record with the keys of schema v2 that are read."""
    return {
        "id": f"https://ror.org/{ror_id}",
        "status": status,
        "types": list(kinds),
        "names": [name(display, "ror_display", "label"), *names],
        "locations": [{"geonames_details": {"country_code": country}}],
        "links": [{"type": "website", "value": website}],
    }


@pytest.fixture
def load(tmp_path):
    """Loads the records as a dump on disk; returns what the command said."""

    def do(*made: object, **options) -> str:
        dump = tmp_path / "ror-data_schema_v2.json"
        dump.write_text(json.dumps(list(made)), encoding="utf-8")
        output = io.StringIO()
        call_command("load_ror", str(dump), stdout=output, **options)
        return output.getvalue().strip()

    return do


def names_of(ror_id: str = ASTON) -> set[str]:
    return {
        institution_name.text
        for institution_name in InstitutionName.objects.filter(institution__ror_id=ror_id)
    }


def test_institution_is_loaded_with_its_names_and_which_are_safe(load):
    summary = load(
        record(
            ASTON,
            "Aston University",
            name("University of Aston in Birmingham", "alias"),
            name("AU", "acronym"),
            name("Prifysgol Aston", "label"),
        )
    )

    institution = Institution.objects.get()
    assert summary == "1 records: 1 added, 0 renewed, 0 unchanged, 0 skipped"
    assert (institution.name, institution.ror_id, institution.country) == (
        "Aston University",
        ASTON,
        "GB",
    )
    assert {
        (spelling.text, spelling.kind, spelling.safe_to_match)
        for spelling in institution.names.all()
    } == {
        ("University of Aston in Birmingham", "alias", True),
        ("AU", "acronym", False),
        ("Prifysgol Aston", "translation", True),
    }


def test_second_load_changes_nothing(load):
    made = record(ASTON, "Aston University", name("AU", "acronym"))
    load(made)
    before = list(Institution.objects.values()), list(InstitutionName.objects.values())

    assert load(made) == "1 records: 0 added, 0 renewed, 1 unchanged, 0 skipped"
    assert (list(Institution.objects.values()), list(InstitutionName.objects.values())) == before


def test_renamed_institution_keeps_its_old_name_for_searching(load):
    load(record(ASTON, "Aston University"))

    assert "1 renewed" in load(record(ASTON, "Aston University Birmingham"))

    assert Institution.objects.get().name == "Aston University Birmingham"
    assert names_of() == {"Aston University"}


def test_institution_name_set_by_a_clerk_is_kept(load):
    load(record(ASTON, "Aston University", name("Aston", "alias")))
    Institution.objects.update(name="Aston")

    load(record(ASTON, "Aston University Birmingham", name("Aston", "alias")))

    assert Institution.objects.get().name == "Aston"
    assert "Aston University Birmingham" in names_of()


def test_names_added_or_judged_by_a_clerk_are_kept(load):
    made = record(ASTON, "Aston University", name("University of Aston", "alias"))
    load(made)
    institution = Institution.objects.get()
    institution.names.create(text="The Triangle", safe_to_match=True)
    institution.names.filter(text="University of Aston").update(safe_to_match=False)

    load(made)

    assert dict(institution.names.values_list("text", "safe_to_match")) == {
        "The Triangle": True,
        "University of Aston": False,
    }


def test_web_site_set_by_a_clerk_is_kept(load):
    load(record(website="https://one.example"))
    Institution.objects.update(website="https://clerk.example")

    load(record(website="https://two.example"))

    assert Institution.objects.get().website == "https://clerk.example"


def test_institution_entered_by_a_clerk_is_matched_and_not_duplicated(load):
    entered = Institution.objects.create(name="ASTON university")

    load(record(ASTON, "Aston University"))
    load(record(ASTON, "Aston University Birmingham"))

    assert Institution.objects.get().pk == entered.pk
    entered.refresh_from_db()
    assert (entered.name, entered.ror_id) == ("ASTON university", ASTON)


def test_second_institution_of_the_same_name_gets_its_ror_id_appended(load):
    both = (record(ASTON, "Trinity College"), record("052gg0110", "Trinity College", country="IE"))
    load(*both)

    names = set(Institution.objects.values_list("name", flat=True))
    assert names == {"Trinity College", "Trinity College (052gg0110)"}
    assert "0 renewed, 2 unchanged" in load(*both)


def test_records_outside_the_chosen_countries_and_kinds_are_skipped(load):
    summary = load(
        record("05j0ve871", "One", country="GB"),
        record("05j0ve872", "Two", country="IE", kinds=("funder", "education")),
        record("05j0ve873", "Three", country="FR"),
        record("05j0ve874", "Four", country="GB", kinds=("company",)),
        record("05j0ve875", "Five", status="inactive"),
        country=["gb", "IE"],
        only=["education"],
    )

    assert summary == "5 records: 2 added, 0 renewed, 0 unchanged, 3 skipped"
    assert set(Institution.objects.values_list("name", flat=True)) == {"One", "Two"}


def test_institution_removed_from_ror_stays(load):
    load(record())
    load(record(status="withdrawn"))

    assert Institution.objects.filter(ror_id=ASTON).exists()


def test_zipped_dump_is_accepted(tmp_path):
    pack = tmp_path / "dump.zip"
    with zipfile.ZipFile(pack, "w") as made:
        made.writestr("v1-ror-data.json", "[]")
        made.writestr("v1-ror-data_schema_v2.json", json.dumps([record()]))
        made.writestr("v1-ror-data_schema_v2.csv", "id,name")

    call_command("load_ror", str(pack), stdout=io.StringIO())

    assert Institution.objects.get().name == "Aston University"


def test_records_and_characters_across_read_chunks_are_complete():
    long = [{"id": str(n), "text": "é漢" * 3000} for n in range(150)]
    raw = json.dumps(long, ensure_ascii=False).encode()
    assert len(raw) > 2 * CHUNK

    assert list(records(io.BytesIO(raw))) == long


def test_records_loaded_before_an_error_stay_and_the_next_run_continues(load):
    batch = [record(f"0aaaa{n:04}", f"University {n}") for n in range(BATCH)]

    with pytest.raises(CommandError, match=f"Record {BATCH + 1} has no ROR id"):
        load(*batch, {"name": "no record"})
    assert Institution.objects.count() == BATCH

    assert f"1 added, 0 renewed, {BATCH} unchanged" in load(*batch, record())


WRONG = {
    "letter.txt": (b"Dear committee", "is not a JSON list"),
    "openapi.json": (b'{"openapi": "3.0"}', "is not a JSON list"),
    "numbers.json": (b"[1, 2]", "a list, but not of records"),
    "half.json": (b'[{"id": "x", "status": "act', "breaks off or is not JSON"),
    "photo.json": (b"[\xff\xd8\xff\xe0", "is not UTF-8"),
    "v1.json": (b'[{"id": "https://ror.org/0", "status": "active", "name": "A"}]', "schema v2"),
}


@pytest.mark.parametrize("file_name", WRONG)
def test_wrong_file_is_refused_with_advice_in_one_sentence(file_name, tmp_path):
    content, why = WRONG[file_name]
    (tmp_path / file_name).write_bytes(content)

    with pytest.raises(CommandError, match=why) as refused:
        call_command("load_ror", str(tmp_path / file_name))

    assert "; give " in str(refused.value) or "; fetch " in str(refused.value)
    assert str(refused.value).count("\n") == 0


def test_missing_dump_is_reported(tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        call_command("load_ror", str(tmp_path / "nowhere.json"))


def test_unknown_country_is_refused(tmp_path):
    with pytest.raises(CommandError, match="two letters"):
        call_command("load_ror", str(tmp_path), country=["Britain"])


def test_overlong_record_is_not_read_into_memory():
    endless = io.BytesIO(b'[{"id": "' + b"x" * 12 * CHUNK)

    with pytest.raises(NotRorDumpError, match="breaks off"):
        list(records(endless))
    assert endless.tell() < 12 * CHUNK

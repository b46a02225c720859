"""The commands of the registry: keys, agencies, old codes."""

import json

import pytest

from service.cli import main
from tests.hub.test_code_keys import public_half

SECRET = "0123456789abcdef" * 4


@pytest.fixture
def environ(tmp_path):
    """A production environment with a migrated database and two keys."""
    made = {
        "GONZHI_VAR": str(tmp_path / "var"),
        "GONZHI_BASE_URL": "https://gz.example.gov.cn/s/",
        "GONZHI_SECRET": SECRET,
        "GONZHI_CODE_KEYS": f"a={SECRET},b={SECRET}",
    }
    assert main(["migrate"], made) == 0
    return made


@pytest.fixture
def run(capsys, environ):
    def command(*arguments):
        capsys.readouterr()
        status = main(list(arguments), environ)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


def test_keys_are_listed_retired_and_marked_as_leaked(run):
    assert run("keys", "retire", "a", "--note", "到期")[0] == 0
    status, out, _ = run("keys", "compromise", "b")
    assert status == 0 and "GONZHI_ISSUING_KEY" in out and "0 posters to replace" in out
    told = json.loads(run("keys", "list", "--json")[1])
    assert [(one["key_id"], one["state"], one["note"]) for one in told] == [("a", "retired", "到期"), ("b", "compromised", "")]
    assert "compromised" in run("keys", "list")[1]


def test_a_key_that_does_not_exist_is_one_sentence(run):
    status, out, err = run("keys", "retire", "z")
    assert (status, out, err) == (1, "", "gonzhi: there is no key 'z'\n")


def test_an_agency_is_registered_from_a_file_or_from_hexadecimal(run, tmp_path):
    file = tmp_path / "education.key"
    file.write_text(public_half().hex())
    assert run("issuers", "add", "9", "温岭市教育局", "--key-id", "e", "--public-key", str(file))[0] == 0
    assert run("issuers", "add", "10", "温岭市卫健局", "--key-id", "f", "--public-key", public_half().hex())[0] == 0
    assert run("issuers", "close", "10")[0] == 0
    told = json.loads(run("issuers", "list", "--json")[1])
    assert [(one["number"], one["name"], one["closed"]) for one in told] == [(9, "温岭市教育局", False), (10, "温岭市卫健局", True)]
    assert "ended" in run("issuers", "list")[1]
    status, _, err = run("issuers", "add", "11", "局", "--key-id", "g", "--public-key", "nonsense")
    assert status == 1 and "public key" in err
    assert run("issuers", "close", "11")[0] == 1


def test_old_codes_are_imported_with_every_bad_row_named_and_reported(run, tmp_path):
    file = tmp_path / "old.csv"
    file.write_text("旧网址,场景,部门\nhttps://a.example.gov.cn/1,欠薪,人社局\n不是网址,欠薪,人社局\n")
    status, out, err = run("aliases", "import", str(file))
    assert (status, out, err) == (1, "1 new, 0 brought up to date\n", "row 3: '不是网址' is no address\n")
    told = json.loads(run("aliases", "report", "--json")[1])
    assert told == {
        "aliases": [{"id": 1, "address": "a.example.gov.cn/1", "owner": "人社局", "scene_key": "wage", "place_id": "", "spot_name": "", "opened": 0, "last_day": None}],
        "unknown": 0,
    }
    assert "a.example.gov.cn/1" in run("aliases", "report")[1]
    file.write_text("部门,场景\nx,欠薪\n")
    assert "旧网址" in run("aliases", "import", str(file))[2]
    assert run("aliases", "import", str(tmp_path / "nothing.csv"))[0] == 1

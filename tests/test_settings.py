"""Settings: read, checked, documented."""

import datetime as dt
import re
from pathlib import Path

import pytest

from service.notify.templates import TEXTS
from service.settings import TABLE, BadSetting, Settings

ROOT = Path(__file__).resolve().parents[1]
SECRET = "0123456789abcdef" * 4
GOOD = {
    "GONZHI_BASE_URL": "https://gz.example.gov.cn/s/",
    "GONZHI_SECRET": SECRET,
    "GONZHI_CODE_KEYS": f"a={SECRET},b:hmac-sm3=long enough to be a secret of text!",
}


def read(**changes: str) -> Settings:
    return Settings.from_environ({**GOOD, **changes})


def test_the_least_production_environment_is_enough():
    settings = read()
    assert settings.mode == "production" and not settings.demo and settings.secure
    assert settings.secret == bytes.fromhex(SECRET)
    assert settings.code_keys["b"] == b"long enough to be a secret of text!"
    assert settings.code_algorithms == {"b": "hmac-sm3"}
    assert settings.issuing_key == "b"
    assert settings.database_url.startswith("sqlite:////")


@pytest.mark.parametrize("name", ["GONZHI_SECRET", "GONZHI_CODE_KEYS", "GONZHI_BASE_URL"])
def test_a_missing_secret_or_address_stops_the_start_and_is_named(name):
    with pytest.raises(BadSetting, match=f"^{name} is missing") as caught:
        Settings.from_environ({key: value for key, value in GOOD.items() if key != name})
    assert caught.value.name == name


@pytest.mark.parametrize("mode", ["production", "demo"])
@pytest.mark.parametrize("secret", ["short", "ab" * 31, "x" * 31])
def test_a_short_secret_stops_the_start_in_every_mode(mode, secret):
    with pytest.raises(BadSetting, match="^GONZHI_SECRET is too short"):
        read(GONZHI_SECRET=secret, GONZHI_MODE=mode)


def test_a_secret_of_one_repeated_character_is_no_secret():
    with pytest.raises(BadSetting, match="^GONZHI_SECRET is no secret"):
        read(GONZHI_SECRET="x" * 64)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("GONZHI_MODE", "debug", "must be one of"),
        ("PORT", "0", "from 1 to 65535"),
        ("PORT", "８０００", "whole number"),
        ("GONZHI_WORKERS", "-1", "whole number"),
        ("GONZHI_CONNECTORS", "console,pigeon", "'pigeon'"),
        ("GONZHI_CONNECTORS", "webhook", "GONZHI_WEBHOOK_URL"),
        ("GONZHI_BASE_URL", "gz.example.gov.cn/s/", "http or https"),
        ("GONZHI_BASE_URL", "https://gz.example.gov.cn/s/?x=1", "http or https"),
        ("GONZHI_ISSUING_KEY", "c", "not in GONZHI_CODE_KEYS"),
        ("GONZHI_CODE_KEYS", f"o={SECRET}", "key id 'o'"),
        ("GONZHI_CODE_KEYS", f"a={SECRET},a={SECRET}", "twice"),
        ("GONZHI_CODE_KEYS", "a=short", "too short"),
        ("GONZHI_OLD_SECRETS", "short", "too short"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(name, value, sentence):
    with pytest.raises(BadSetting, match=re.escape(sentence)):
        read(**{name: value})


def test_the_webhook_needs_an_address_and_a_secret():
    settings = read(
        GONZHI_CONNECTORS="console, webhook",
        GONZHI_WEBHOOK_URL="https://hub.example.gov.cn/in",
        GONZHI_WEBHOOK_SECRET="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )
    assert settings.connectors == ("console", "webhook") and len(settings.webhook_secret) == 24
    with pytest.raises(BadSetting, match="^GONZHI_WEBHOOK_SECRET is missing"):
        read(GONZHI_CONNECTORS="webhook", GONZHI_WEBHOOK_URL="https://hub.example.gov.cn/in")
    with pytest.raises(BadSetting, match="not base64"):
        read(
            GONZHI_CONNECTORS="webhook", GONZHI_WEBHOOK_URL="https://h.example/in", GONZHI_WEBHOOK_SECRET="whsec_!!"
        )


OIDC = {"GONZHI_OIDC_ISSUER": "https://sso.example.gov.cn", "GONZHI_OIDC_CLIENT_ID": "gonzhi"}


def test_the_single_sign_on_is_off_unless_an_issuer_is_named():
    assert read().oidc_issuer == "" and read(GONZHI_OIDC_CLIENT_ID="gonzhi").oidc_client_id == ""
    settings = read(**OIDC)
    assert (settings.oidc_client_id, settings.oidc_claim, settings.oidc_algorithms) == ("gonzhi", "sub", ("RS256",))
    assert read(**{**OIDC, "GONZHI_OIDC_ISSUER": "http://127.0.0.1:9000"}).oidc_issuer == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("GONZHI_OIDC_ISSUER", "http://sso.example.gov.cn", "https address"),
        ("GONZHI_OIDC_ISSUER", "sso.example.gov.cn", "http or https"),
        ("GONZHI_OIDC_CLIENT_ID", "", "is missing"),
        ("GONZHI_OIDC_ALGORITHMS", "none", "is empty"),
        ("GONZHI_OIDC_ALGORITHMS", "RS256,HS256", "'HS256'"),
        ("GONZHI_REQUIRE_SECOND_FACTOR", "some", "must be one of"),
        ("GONZHI_IDLE_MINUTES", "1", "from 5 to 1440"),
    ],
)
def test_what_would_let_the_wrong_people_in_stops_the_start(name, value, sentence):
    with pytest.raises(BadSetting, match=re.escape(sentence)):
        read(**{**OIDC, name: value})


def test_none_switches_every_connector_off():
    assert read(GONZHI_CONNECTORS="none").connectors == ()


@pytest.mark.parametrize("given", ["https://gz.example.gov.cn", "https://gz.example.gov.cn/s", "https://gz.example.gov.cn/s/"])
def test_the_base_address_always_ends_in_s_slash(given):
    assert read(GONZHI_BASE_URL=given).base_url == "https://gz.example.gov.cn/s/"


def test_the_demo_points_its_codes_to_its_own_port():
    environ = {key: value for key, value in GOOD.items() if key != "GONZHI_BASE_URL"}
    settings = Settings.from_environ({**environ, "GONZHI_MODE": "demo", "PORT": "8123"})
    assert settings.base_url == "http://127.0.0.1:8123/s/" and not settings.secure


def test_the_documented_table_is_the_table():
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    rows = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in text.splitlines() if line.startswith("| `")]
    assert rows == [(f"`{row.name}`", row.default, row.meaning) for row in TABLE]


def test_every_setting_that_is_read_stands_in_the_table():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "service").glob("settings*.py")]
    read_names = {name for source in sources for name in re.findall(r'read\.\w+\("([A-Z_]+)"', source)}
    assert read_names == {row.name for row in TABLE}


ALIYUN = {
    "GONZHI_SMS": "aliyun",
    "GONZHI_SMS_SIGN": "温岭市社会治理中心",
    "GONZHI_SMS_KEY_ID": "id",
    "GONZHI_SMS_KEY_SECRET": "secret",
    "GONZHI_SMS_TEMPLATES": ",".join(f"{key}=SMS_{number}" for number, key in enumerate(TEXTS)),
}
TENCENT = {**ALIYUN, "GONZHI_SMS": "tencent", "GONZHI_SMS_APP": "1400006666"}


def test_sms_are_off_in_production_and_go_to_a_file_in_the_demo():
    assert not read().sms.on and read().sms.quiet == (dt.time(21), dt.time(8))
    demo = read(GONZHI_MODE="demo").sms
    assert demo.channel == "file" and demo.quiet is None and not demo.hold


def test_a_provider_is_chosen_with_all_it_needs():
    sms = read(**TENCENT, GONZHI_SMS_QUIET="22:30-07:15", GONZHI_SMS_PER_DAY="3", GONZHI_SMS_HOLD="yes").sms
    assert sms.app_id == "1400006666" and sms.templates["received"] == "SMS_0"
    assert (sms.quiet, sms.per_day, sms.hold) == ((dt.time(22, 30), dt.time(7, 15)), 3, True)


@pytest.mark.parametrize("needed", ["GONZHI_SMS_SIGN", "GONZHI_SMS_KEY_ID", "GONZHI_SMS_KEY_SECRET", "GONZHI_SMS_APP", "GONZHI_SMS_TEMPLATES"])
def test_what_a_provider_needs_and_has_not_is_named(needed):
    with pytest.raises(BadSetting, match=f"^{needed}"):
        read(**{**TENCENT, needed: ""})


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("GONZHI_SMS", "pigeon", "must be one of"),
        ("GONZHI_SMS_SIGN", "【温岭】", "2 to 12"),
        ("GONZHI_SMS_SIGN", "温岭测试", "test"),
        ("GONZHI_SMS_PAGE", "https://gz.wl.gov.cn", "without scheme"),
        ("GONZHI_SMS_QUIET", "9pm-8am", "21:00-08:00"),
        ("GONZHI_SMS_QUIET", "08:00-08:00", "nothing would ever be sent"),
        ("GONZHI_SMS_TEMPLATES", "greeting=SMS_1", "'greeting=SMS_1'"),
        ("GONZHI_SMS_TEMPLATES", "received=SMS_1", "received.number"),
        ("GONZHI_SMS_HOOK_SECRET", "short", "32 to 128"),
        ("GONZHI_SMS_HOLD", "maybe", "yes, no"),
    ],
)
def test_a_setting_of_sms_that_makes_no_sense_is_refused_with_the_reason(name, value, sentence):
    with pytest.raises(BadSetting, match=re.escape(sentence)) as caught:
        read(**{**ALIYUN, name: value})
    assert caught.value.name == name

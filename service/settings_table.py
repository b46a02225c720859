"""Every setting in one table: its name in the environment, its default, what it does. ``docs/settings.md`` prints it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One row of the table of settings: its name in the environment, its default in words, what it does."""

    name: str
    default: str
    meaning: str


TABLE: tuple[SettingRow, ...] = (
    SettingRow("GONZHI_MODE", "production", "`production`, or `demo` (then secrets are made and kept under `GONZHI_VAR`)."),
    SettingRow("GONZHI_VAR", "./var", "Folder for the SQLite file, photos, posters and sockets."),
    SettingRow("GONZHI_DATABASE", "sqlite in GONZHI_VAR", "SQLAlchemy address of the database: `sqlite:///...` or `postgresql+psycopg://...`."),
    SettingRow("GONZHI_BASE_URL", "none; demo: http://127.0.0.1:PORT/s/", "Public address that codes point to, ending in `/s/`. Printed on every poster, so choose it once."),
    SettingRow("GONZHI_COUNTY", "wenling", "County folder to load: a name that ships with the library or a path."),
    SettingRow("GONZHI_SECRET", "none", "At least 32 bytes, as hexadecimal or plain text. Seals answers, signs receipts."),
    SettingRow("GONZHI_OLD_SECRETS", "none", "Earlier secrets, separated by commas: what they sealed and signed stays readable."),
    SettingRow("GONZHI_CODE_KEYS", "none", "Keys of the printed codes: `a=<secret>,b=<secret>`; `a:hmac-sm3=<secret>` for another algorithm. Keep old ones as long as their posters hang."),
    SettingRow("GONZHI_ISSUING_KEY", "the last of GONZHI_CODE_KEYS", "Id of the key that new codes are signed with."),
    SettingRow("PORT", "8000", "Port to listen on."),
    SettingRow("GONZHI_HOST", "127.0.0.1", "Address to listen on; put a TLS proxy in front of it."),
    SettingRow("GONZHI_WORKERS", "2", "Web server processes."),
    SettingRow("GONZHI_THREADS", "8", "Threads in each of them."),
    SettingRow("GONZHI_TRUSTED_PROXIES", "0", "How many proxies in front may be believed when they say for whom they ask."),
    SettingRow("GONZHI_CONNECTORS", "console", "Ways to other hubs, separated by commas: `console`, `webhook`; `none` for none."),
    SettingRow("GONZHI_WEBHOOK_URL", "none", "Where `webhook` posts events."),
    SettingRow("GONZHI_WEBHOOK_SECRET", "none", "At least 24 bytes, as `whsec_<base64>`, hexadecimal or plain text; signs every event."),
    SettingRow("GONZHI_PHOTOS", "photos in GONZHI_VAR", "Folder for photos."),
    SettingRow("GONZHI_SESSION_HOURS", "12", "How long a staff sign-in lasts."),
    SettingRow("GONZHI_IDLE_MINUTES", "60", "A staff sign-in that is not used for this long ends; what a page asks by itself does not count as use."),
    SettingRow("GONZHI_REQUIRE_SECOND_FACTOR", "none", "Whose accounts must have a second factor: `none`, `centre` or `all`."),
    SettingRow("GONZHI_OIDC_ISSUER", "none", "Address of the county's single sign-on (OpenID Connect), as it stands in its tokens; none switches it off."),
    SettingRow("GONZHI_OIDC_CLIENT_ID", "none", "What the single sign-on calls this service."),
    SettingRow("GONZHI_OIDC_CLIENT_SECRET", "none", "The secret it gave this service; none for a public client (PKCE alone)."),
    SettingRow("GONZHI_OIDC_CLAIM", "sub", "The claim of the token that an account is linked by."),
    SettingRow("GONZHI_OIDC_NAME", "统一身份认证", "What the button of the sign-in page calls it."),
    SettingRow("GONZHI_OIDC_ALGORITHMS", "RS256", "Signatures of tokens that are taken, separated by commas: RS256, PS256, ES256 and their longer kin."),
    SettingRow("GONZHI_MAX_FORM_BYTES", "262144", "Largest form body."),
    SettingRow("GONZHI_MAX_PHOTO_BYTES", "20971520", "Largest photo as it is sent."),
    SettingRow("GONZHI_MAX_PHOTOS", "9", "Photos of one case."),
    SettingRow("GONZHI_SLOW_AFTER", "60", "Submissions from one address in ten minutes before answers slow down and cases are marked; never refused."),
    SettingRow("GONZHI_SLOW_MS", "400", "The longest such delay in milliseconds; 0 switches it off."),
    SettingRow("GONZHI_OLD_HOSTS", "none", "Host names of departments' own codes that lead here now, separated by commas; see [old codes](posters.md#old-codes-come-home)."),
    SettingRow("GONZHI_KEEP_REPORTER_DAYS", "180", "Days after a case was over until who reported it is taken out; the privacy notice says so. See [retention.md](retention.md)."),
    SettingRow("GONZHI_KEEP_WORDS_YEARS", "3", "Years after a case was over until everything written about it is taken out and only figures stay; 100 where the archive rules keep it for good."),
    SettingRow("GONZHI_KEEP_TRAIL_YEARS", "3", "Years that the trail of who did and saw what is kept, at least 3."),
    SettingRow("GONZHI_COUNTY_OUTLINE", "none", "GeoJSON file (WGS-84) with the county's outline for the map of posters; none ships, because none is free. Without it the map draws points alone."),
    SettingRow("GONZHI_SMS", "none; demo: file", "How reporters hear by SMS: `none`, `console`, `file` (JSON lines in `GONZHI_VAR`/sms), `aliyun`, `tencent`. See [sms.md](sms.md)."),
    SettingRow("GONZHI_SMS_SIGN", "none; the county's name for console and file", "The signature as it was filed, 2 to 12 characters, without brackets."),
    SettingRow("GONZHI_SMS_KEY_ID", "none", "Id of the provider's access key (AccessKey ID, SecretId)."),
    SettingRow("GONZHI_SMS_KEY_SECRET", "none", "The access key itself."),
    SettingRow("GONZHI_SMS_APP", "none", "Tencent's SdkAppId."),
    SettingRow("GONZHI_SMS_REGION", "the provider's", "Region of the provider's interface."),
    SettingRow("GONZHI_SMS_ENDPOINT", "the provider's", "Another address of the provider's interface, such as one inside a government cloud."),
    SettingRow("GONZHI_SMS_TEMPLATES", "none", "What the provider calls each text: `received=SMS_1,received.number=SMS_2,...`; `python -m service notices --texts` prints the texts."),
    SettingRow("GONZHI_SMS_PAGE", "none", "A constant address without scheme that the texts name, such as `gz.example.gov.cn/track`."),
    SettingRow("GONZHI_SMS_CHARACTERS", "35 at Aliyun, 6 at Tencent", "The most characters of a variable that the provider allows this account."),
    SettingRow("GONZHI_SMS_QUIET", "21:00-08:00; demo: none", "Hours in which nothing is sent, in the county's time; `none` for none."),
    SettingRow("GONZHI_SMS_PER_DAY", "10", "The most SMS to one telephone in a day; what is more is listed, not sent."),
    SettingRow("GONZHI_SMS_HOLD", "no", "`yes`: write notices down and send none, while the signature is still being filed."),
    SettingRow("GONZHI_SMS_HOOK_SECRET", "none", "Last part of the addresses of receipts and replies, at least 32 letters and digits; without it they are closed."),
)

"""Ten thousand spots of Wenling through the registry of the service, then every file read by two decoders that know nothing of each other.

Run: ``python -m benchmarks.register_wenling [COUNT]``. The sheet is that of ``mint_wenling``; it is uploaded as the county centre
does, made by the worker's own job, and every code must then stand in the registry, once, with its poster readable by both.
"""

from __future__ import annotations

import csv
import multiprocessing
import secrets
import sys
import tempfile
import time

from benchmarks.mint_wenling import read_by_both
from service.hub.accounts import User
from service.hub.batch_making import CSV, run_batches
from service.hub.batches import Wish, batch_folder, begin, find, upload
from service.hub.codes import list_codes
from service.hub.context import build_hub
from service.settings import Settings
from service.store import Store, migrate
from tests.parts.sheets import WENLING_HEAD, csv_bytes, wenling_rows

CENTRE = User(1, "centre", "centre", "centre", "", "centre")


def main() -> None:
    """Upload, make, read; ends with 1 where anything is not as it must be."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        settings = Settings.from_environ({
            "GONZHI_VAR": name, "GONZHI_BASE_URL": "https://gz.example.gov.cn/s/", "GONZHI_SECRET": secrets.token_hex(32),
            "GONZHI_CODE_KEYS": f"a={secrets.token_hex(32)}",
        })  # fmt: skip
        store = Store.open(settings.database_url)
        migrate(store)
        hub = build_hub(settings, store=store)
        start = time.perf_counter()
        number = upload(hub, CENTRE, "spots.csv", csv_bytes(wenling_rows(count), WENLING_HEAD), Wish())
        looked = time.perf_counter()
        assert begin(hub, CENTRE, number)
        while run_batches(hub):
            pass
        row = find(hub, number)
        assert row is not None
        print(f"{count} rows looked at in {looked - start:.1f} s, made in {time.perf_counter() - looked:.1f} s: {row['state']}, {row['done_count']} done, {row['bad_count']} bad", flush=True)
        registered = list_codes(hub)
        genuine = sum(hub.signer.verify(code.url).spot_id == code.spot_id for code in registered)
        print(f"registered {len({code.token for code in registered})} different codes, genuine {genuine}", flush=True)
        folder = batch_folder(hub, number)
        with (folder / CSV).open(encoding="utf-8-sig", newline="") as file:
            jobs = [(str(folder / listed["文件"]), listed["网址"]) for listed in csv.DictReader(file)]
        start = time.perf_counter()
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            seen = list(pool.imap_unordered(read_by_both, jobs, chunksize=50))
        both = [sum(one) for one in zip(*seen, strict=True)]
        print(f"read from {len(jobs)} files in {time.perf_counter() - start:.0f} s: zxing-cpp {both[0]}, OpenCV {both[1]}")
        hub.close()
        if not (row["done_count"] == len(registered) == genuine == both[0] == both[1] == count):
            sys.exit(1)


if __name__ == "__main__":
    main()

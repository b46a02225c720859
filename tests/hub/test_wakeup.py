"""The tap on the shoulder: quick where somebody listens, harmless where nobody does."""

import time

from service.hub.wakeup import GATHER_SECONDS, Sleeper, Waker


def test_a_tap_ends_the_sleep_at_once(tmp_path):
    sleeper, waker = Sleeper(tmp_path), Waker(tmp_path)
    waker.wake()
    started = time.monotonic()
    assert sleeper.sleep(5) and time.monotonic() - started < 1
    sleeper.close()
    waker.close()


def test_taps_that_piled_up_count_as_one(tmp_path):
    seconds = iter(range(1000))
    sleeper, waker = Sleeper(tmp_path), Waker(tmp_path, now=lambda: next(seconds))
    for _ in range(1000):
        waker.wake()
    assert sleeper.sleep(1)
    assert not sleeper.sleep(0.01)
    sleeper.close()
    waker.close()


def test_a_tap_right_after_another_is_left_to_whoever_gathers(tmp_path):
    times = iter([0.0, GATHER_SECONDS * 0.4, GATHER_SECONDS * 0.6])
    sleeper, waker = Sleeper(tmp_path), Waker(tmp_path, now=lambda: next(times))
    waker.wake()
    assert sleeper.sleep(1)
    waker.wake()
    assert not sleeper.sleep(0.01)
    waker.wake()
    assert sleeper.sleep(1)
    sleeper.close()
    waker.close()


def test_tapping_where_nobody_listens_does_nothing(tmp_path):
    waker = Waker(tmp_path / "nowhere")
    waker.wake()
    waker.close()
    assert not (tmp_path / "nowhere").exists()


def test_a_worker_that_starts_again_listens_again(tmp_path):
    Sleeper(tmp_path)
    second, waker = Sleeper(tmp_path), Waker(tmp_path)
    waker.wake()
    assert second.sleep(1)
    second.close()
    waker.close()


def test_a_folder_far_down_the_tree_works_as_well(tmp_path):
    deep = tmp_path / ("d" * 90) / ("e" * 90)
    sleeper, waker = Sleeper(deep), Waker(deep)
    waker.wake()
    assert sleeper.sleep(1)
    sleeper.close()
    waker.close()

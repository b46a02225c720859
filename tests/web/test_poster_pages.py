"""The list and the map of posters: filters in the address, areas kept, points on a blank sheet or over an outline."""

import json
import re

import pytest

from service.hub.positions import Position
from service.hub.posting import Life, Proof, note_step
from service.web.poster_map import draw_map, read_outline
from tests.hub.test_posting import CENTRE
from tests.web.conftest import open_site, text_of
from tests.web.test_posting import entered

OUTLINE = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[121.1, 28.2], [121.7, 28.2], [121.7, 28.6], [121.1, 28.2]]]}}


def numbers(html):
    return re.findall(r'<td class="no"><a href="/desk/poster/\w+">([\d-]+)<', html)


def test_the_centre_sees_every_poster_with_what_came_of_it(site):
    site.client().get(site.path("wage"))
    site.hub.scan_counts.write()
    html = text_of(entered(site, "centre").get("/desk/posters"))
    assert len(numbers(html)) == 6
    assert "新河镇 六闸潮村" in html and "欠薪" in html and "已生成" in html and "统一码" in html
    assert re.search(r'全部 <b>6</b>', html)


@pytest.mark.parametrize(("query", "count"), [("scene=wage", 1), ("life=posted", 1), ("life=lost", 0), ("township=331081101000", 0),
                                              ("township=331081104000", 6), ("only=odd", 0), ("scene=nothing&life=x&only=y&after=z", 6)])  # fmt: skip
def test_filters_stand_in_the_address(site, query, count):
    note_step(site.hub, CENTRE, site.codes["wage"].token, Life.POSTED, Proof())
    html = text_of(entered(site, "centre").get("/desk/posters?" + query))
    assert len(numbers(html)) == count
    assert ("没有这样的海报" in html) == (count == 0)


def test_others_see_their_area_or_nothing(site):
    assert len(numbers(text_of(entered(site, "liuzha").get("/desk/posters")))) == 6
    assert numbers(text_of(entered(site, "daxi").get("/desk/posters"))) == []
    assert "/desk/aliases" in text_of(entered(site, "centre").get("/desk/posters")) and "/desk/aliases" not in text_of(entered(site, "xinhe").get("/desk/posters"))
    assert entered(site, "labour").get("/desk/posters").status_code == 403
    assert site.client().get("/desk/posters").status_code == 303


def test_the_map_draws_points_that_lead_to_their_posters(site):
    note_step(site.hub, CENTRE, site.codes["wage"].token, Life.POSTED, Proof(position=Position(121.40, 28.45)))
    note_step(site.hub, CENTRE, site.codes["general"].token, Life.POSTED, Proof(position=Position(121.42, 28.46)))
    note_step(site.hub, CENTRE, site.codes["general"].token, Life.LOST, Proof())
    html = text_of(entered(site, "centre").get("/desk/posters?view=map"))
    assert html.count('<path class="hangs" transform') == 1 and html.count('<path class="gone" transform') == 1
    assert f'/desk/poster/{site.codes["wage"].token}' in html and 'class="outline"' not in html
    assert "还没有记下位置" in text_of(entered(site, "centre").get("/desk/posters?view=map&scene=campus"))


def test_an_outline_of_the_county_is_drawn_under_the_points(tmp_path):
    file = tmp_path / "outline.json"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [OUTLINE]}))
    site = open_site(tmp_path / "var", GONZHI_COUNTY_OUTLINE=str(file))
    note_step(site.hub, CENTRE, site.codes["wage"].token, Life.POSTED, Proof(position=Position(121.40, 28.45)))
    assert 'class="outline"' in text_of(entered(site, "centre").get("/desk/posters?view=map"))
    site.hub.close()


def test_north_is_up_and_east_is_right():
    rows = [{"lng_wgs84": lng, "lat_wgs84": lat, "life": "posted"} for lng, lat in ((121.3, 28.3), (121.5, 28.3), (121.3, 28.5))]
    sheet = draw_map(rows, None)
    west, east, north = sheet.points
    assert east.x > west.x and north.y < west.y and east.y == west.y
    assert all(0 < point.x < sheet.width and 0 < point.y < sheet.height for point in sheet.points)
    # A degree of longitude is shorter than one of latitude by the cosine of the latitude.
    assert (east.x - west.x) / (west.y - north.y) == pytest.approx(0.88, abs=0.01)
    assert draw_map([], None) is None


def test_an_outline_of_several_pieces_is_read(tmp_path):
    file = tmp_path / "islands.json"
    ring = OUTLINE["geometry"]["coordinates"]
    file.write_text(json.dumps({"type": "MultiPolygon", "coordinates": [ring, ring]}))
    assert len(read_outline(file)) == 2

"""The end: the protocols, the evaluation, and what others read."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.panel import Json
from tests.e2e.screenshots.album import Stage

#: how many of twenty are satisfied with each question; one is not, the others have no opinion
SATISFIED = (18, 12, 19, 15, 17, 16)
WORDS = "Bra att alla fick säga sitt innan vi röstade."


def finish(stage: Stage) -> None:
    stage.play("finished")
    expect(stage.phone.page.get_by_role("heading", name="Konferensen är avslutad")).to_be_visible()
    expect(stage.screen.locator(".paging")).to_be_visible()
    stage.all("finished")
    while stage.screen.locator(".drawn-picture").count() == 0:
        stage.screen.keyboard.press("ArrowRight")
    expect(stage.screen.locator(".drawn-picture")).to_have_js_property("complete", True)
    stage.album.take(stage.screen, "screen-funnel")


def evaluate(stage: Stage) -> None:
    desk, phone = stage.desk.page, stage.phone.page
    desk.get_by_text("Fråga vad panelen tycker").click()
    desk.get_by_role("button", name="Öppna utvärderingen").click()
    expect(phone.get_by_role("heading", name="Hur nöjd är du med …")).to_be_visible()
    phone.locator(".question").first.get_by_text("Nöjd", exact=True).click()
    stage.album.take(phone, "phone-evaluation", whole=True)
    stage.panel.evaluate([sheet(at) for at in range(len(stage.panel.phones))])
    desk.get_by_role("button", name="Stäng utvärderingen").click()
    stage.desk.answer("Stäng utvärderingen")
    desk.get_by_role("button", name="Visa på storbilden").click()
    expect(stage.screen.locator(".evaluated-list")).to_be_visible()
    stage.album.take(stage.screen, "screen-evaluation")
    desk.get_by_role("button", name="Publicera resultatet").click()
    expect(desk.locator(".address a")).to_be_visible()
    desk.locator("#evaluation-title").scroll_into_view_if_needed()
    stage.album.take(desk, "desk-afterwards")
    read_elsewhere(stage)


def sheet(at: int) -> Json:
    """What the panellist in this place thinks of the conference."""
    opinions = ["satisfied" if at < most else "neither" if at < 20 else "dissatisfied" for most in SATISFIED]
    return {"answers": opinions, "comment": WORDS if at == 0 else ""}


def read_elsewhere(stage: Stage) -> None:
    desk, hall = stage.desk.page, stage.hall
    link = desk.locator(".address a").get_attribute("href")
    desk.goto(f"{stage.own}/protocol")
    stage.album.take(desk, "desk-protocol", whole=True)
    desk.goto(f"{hall.server.url.rstrip('/')}{link}")
    stage.album.take(desk, "published", whole=True)
    reader = hall.page(360, 640)
    reader.goto(f"{hall.server.url.rstrip('/')}{link}")
    stage.album.take(reader, "phone-published")
    hall.expect_messages("404")
    reader.goto(f"{hall.server.url}nowhere")
    stage.album.take(reader, "phone-error")

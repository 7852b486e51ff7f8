"""The weeks before: the conference is made, its plan and list are gone through, cards are printed, all is tried."""

from __future__ import annotations

from tests.e2e.hall import Hall
from tests.e2e.screenshots.album import Album, Stage

TITLE = "Konsensuskonferens om samordnat stöd till unga"
BROKEN = """nummer;slag;text
1;process;Den unga får ett första samtal inom fem arbetsdagar
2;process;Den unga får ett första samtal inom 5 arbetsdagar
2;process;En namngiven person håller ihop stödet
4;effekt;
"""
#: where this machine keeps its data is nobody's business
NEUTRAL = """([from, to]) => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) walk.currentNode.data = walk.currentNode.data.replace(from, to);
}"""


def sign_in_and_begin(hall: Hall, album: Album) -> None:
    """The pages before there is a conference."""
    page = hall.page(1280, 800)
    page.goto(hall.server.sign_in)
    album.take(page, "desk-conferences")
    page.get_by_role("link", name="Ny konferens").click()
    page.get_by_label("Titel").fill(TITLE)
    album.take(page, "desk-new", whole=True)
    page.get_by_label("Eller klistra in indikatorerna").fill(BROKEN)
    page.get_by_role("button", name="Se vad som läses in").click()
    album.take(page, "desk-new-list", whole=True)


def prepare(stage: Stage) -> None:
    page, album = stage.desk.page, stage.album
    album.take(page, "desk-draft")
    for name in ("plan", "items", "cards"):
        page.goto(f"{stage.own}/{name}")
        album.take(page, f"desk-{name}", whole=True)
    page.goto(f"{stage.own}/items")
    page.get_by_role("button", name="Ändra indikator 1", exact=True).click()
    album.take(page, "desk-item")
    page.goto(stage.own)
    page.get_by_role("link", name="Sidan att läsa i förväg").click()
    album.take(page, "desk-reading", whole=True)
    reader = stage.hall.page(360, 640)
    reader.goto(page.locator(".reading-address").inner_text())
    album.take(reader, "phone-reading")
    reader.context.close()
    rehearse(stage)


def rehearse(stage: Stage) -> None:
    """Both rehearsals: of the conference, and of the room's network."""
    page, album = stage.desk.page, stage.album
    page.goto(f"{stage.own}/rehearsal")
    page.get_by_label("Antal telefoner").fill("5")
    page.get_by_role("button", name="Öva").click()
    page.get_by_role("heading", name="Så gick det").wait_for(timeout=300_000)
    album.take(page, "desk-rehearsal", whole=True)
    signed_in = stage.hall.contexts[0].pages[0]
    signed_in.goto(f"{stage.hall.server.url}facilitate/venue")
    signed_in.evaluate(NEUTRAL, [str(stage.hall.server.data), "/srv/consensus"])
    album.take(signed_in, "desk-venue", whole=True)
    stage.hall.expect_messages("403")  # a phone that tries the line is told that it has no seat
    phone = stage.hall.page(360, 640)
    phone.goto(f"{stage.hall.server.url}try")
    phone.locator("[data-found=reached]").wait_for()
    album.take(phone, "phone-try")
    phone.context.close()
    page.goto(stage.own)

"""The facilitator's pages: sign in, the list of conferences, a new one, leading the room."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from consensus import facilitation, tokens
from consensus.database import storage
from consensus.errors import Refusal
from consensus.evaluation import standard_questions
from consensus.facilitation import conferences as all_conferences
from consensus.models import Conference
from consensus.services import services
from consensus.web import access, reading, words
from consensus.web.downloads import document_names
from consensus.web.languages import in_chosen_language
from consensus.web.new_conference import NewConference, plan_uses, read_form, ready_plans

bp = Blueprint("facilitator", __name__)

FORM_BYTES = 8 << 20


@bp.get("/sign-in/<secret>")
def sign_in(secret: str) -> Response:
    """Use up a one-time link and go to the conferences; whoever only asks what is there uses up nothing."""
    if request.method == "HEAD":
        return Response()
    if not access.enter_with_link(secret) and not access.is_administrator():
        raise Refusal("not-allowed", "This sign-in link has been used, or is not valid. Make a new one.")
    return redirect(url_for("facilitator.conferences"), 303)


@bp.get("/facilitate")
def conferences() -> str:
    """List the conferences that this browser may lead."""
    with storage(), services().readers() as session:
        found = [conference for conference in all_conferences(session) if access.may_lead(conference)]
        if not found:
            access.check_administrator()
        states = {state: words.facilitator()[f"state_{state}"] for state in {c.state for c in found}}
        return render_template(
            "facilitator/conferences.html", found=found, states=states, may_create=access.is_administrator()
        )


@bp.get("/facilitate/new")
def new() -> str:
    """Show the form for a new conference."""
    access.check_administrator()
    return _form(NewConference())


@bp.post("/facilitate/new")
def create() -> str | Response:
    """Show what would be made, and make it once it has been seen and agreed to."""
    access.check_administrator()
    request.max_form_memory_size = FORM_BYTES
    with in_chosen_language() as chosen:
        step = request.form.get("seen", "change") if chosen else request.form.get("step")
        form = read_form(request.form, request.files)
        if step in ("plan", "leave", "change"):
            # back from the plan editor or the preview: nothing has been asked for yet
            form.problems.clear()
            if not form.items_unread:
                form.preview = None
        if not form.agreeable or step != "create":
            return _form(form)
    return redirect(url_for("facilitator.lead", conference=_make(form)), 303)


def _form(form: NewConference) -> str:
    return render_template("facilitator/new.html", form=form, plans=ready_plans(), uses=plan_uses())


def _make(form: NewConference) -> str:
    """Make the conference; return its id."""
    parts = services()
    if form.plan is None or form.preview is None:
        raise Refusal("not-now", "Something is missing. Look at the marked fields.")
    with storage(), parts.sessions.begin() as session:
        conference, _cards = facilitation.create(
            session,
            parts.keys,
            plan=form.plan,
            items=form.preview.items,
            seats=form.seats,
            title=form.shown_title,
            language=form.language,
            stacks=facilitation.stacks_of(form.seat_list.seats, form.grouped_by) if form.seat_list else (),
            state="draft",
        )
        return conference.id


@bp.get("/facilitate/<conference>")
def lead(conference: str) -> str | Response:
    """Show the page that leads the room. A token in the address is taken in and then removed from it."""
    if "token" in request.args:
        access.enter_with_token(conference, request.args["token"])
        return redirect(url_for("facilitator.lead", conference=conference), 303)
    parts = services()
    with storage(), parts.readers() as session:
        led = access.led_conference(session, conference)
        screen_token = tokens.issue(parts.secret, tokens.Screen(led.id, led.token_version))
        return render_template(
            "facilitator/lead.html",
            title=led.title,
            language=led.language,
            conference=led.id,
            token=tokens.issue(parts.secret, tokens.Facilitator(led.id, led.token_version)),
            screen_url=f"{url_for('screen.show', conference=led.id)}#{screen_token}",
            cards_url=url_for("cards.show", conference=led.id),
            preparing=_preparing(led),
            downloads=downloads_of(led.id),
            questions=standard_questions(led.language),
            may_check=access.is_administrator(),
            words=words.facilitator(),
        )


def _preparing(conference: Conference) -> list[dict[str, str]]:
    """What can be prepared still; nothing once a round has been started."""
    if conference.state not in ("draft", "lobby") or conference.run_id is not None:
        return []
    return [
        {"name": gettext("Change the plan"), "url": url_for("plan.show", conference=conference.id)},
        {"name": gettext("Go through the items"), "url": url_for("items.show", conference=conference.id)},
        {"name": gettext("The page to read beforehand"), "url": reading.address(conference)},
        {"name": gettext("Rehearse with simulated phones"), "url": url_for("rehearsal.show", conference=conference.id)},
    ]


def downloads_of(conference: str) -> list[dict[str, str]]:
    """Every format that the protocol can be taken in: its name and its address."""
    return [
        {"name": name, "url": url_for("downloads.download", conference=conference, ending=ending)}
        for ending, name in document_names().items()
    ]

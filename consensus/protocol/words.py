"""What the documents say, in Swedish and English. Rules and reasons come from `rounds.words`."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from rounds import Round
from rounds.measure import Number, Root
from rounds.plan import RUN_OFF
from rounds.words import decimal, per_cent

TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "protocol_of": "Protocol: {0}",
        "summary": "{0} in {1} of voting.",
        "sizes": "{0}: {1}",
        "extended": "Extended protocol",
        "core": "Core protocol",
        "protocol": "Protocol “{0}”",
        "rest": "{0}: further items",
        "empty": "No item is in this protocol.",
        "process": "Process indicators",
        "effect": "Effect indicators",
        "perspectives": "Perspectives",
        "perspective": "Perspective",
        "none": "(none)",
        "total": "Total",
        "final": "No.",
        "number": "Orig. no.",
        "kind": "Kind",
        "item": "Item",
        "text": "Text",
        "explanation": "Explanation",
        "figure": "Last vote",
        "share": "Share",
        "count": "Votes for",
        "base": "Base",
        "base_name": "Share of",
        "round": "Round",
        "admitted": "Admitted in",
        "in_protocol": "Protocol",
        "rank": "Place",
        "verdict": "Verdict",
        "reason": "Reason",
        "advance": "in",
        "hold": "held",
        "cut": "out",
        "stay": "stays",
        "unresolved": "unresolved",
        "rules": "How it was decided",
        "rules_intro": "The rules were fixed before each vote. In words:",
        "anonymity": "Anonymity",
        "anonymity_vote": "Each vote stands alone: nothing joins two votes of one person.",
        "anonymity_paper": "The votes of one person in one round lie on one unnamed paper; rounds cannot be joined.",
        "anonymity_panel": "The votes of one person carry one pseudonym throughout, which nobody can tie to them.",
        "unanimous": "Where everyone voted alike, the result tells everyone's vote.",
        "ties": "Ties, lots and decisions",
        "no_ties": "No tie lay across a line.",
        "tie": "{0}: items {1} were tied for {2}.",
        "tie_advance all": "All of them went in, so the protocol grew.",
        "tie_hold all": "None of them went in.",
        "tie_run-off": "A run-off between them decided.",
        "tie_lot": "A lot decided.",
        "tie_ask": "The room decided.",
        "tie_open": "This is not resolved.",
        "lot": "{0}: the lot was drawn with the seed {1}. Each item's lot is the SHA-256 of “{1}:number”; "
        "the smallest is drawn first.",
        "decision": "{0}: item {1} was decided: {2}. Reason: {3}",
        "inquorate": "{0}: items {1} were inquorate and were held.",
        "deviations": "Deviations",
        "no_deviations": "Nothing was voided, reopened or taken back.",
        "void": "Vote voided",
        "reopen": "Item reopened",
        "undo": "Step taken back",
        "restore": "Backup gone back to",
        "what-if": "Other numbers looked at before the seal",
        "merged": "Merged from",
        "merged_items": "Merged items",
        "merged_intro": "These items were made of others before the first vote. Numbers are those of the list; none is "
        "used for two items.",
        "attendance": "Attendance",
        "agreement": "Agreement",
        "w": "{0}: Kendall's W {1}, corrected for ties, over the {2} of {3} papers that say something of every item.",
        "change": "{0}: {2} of {3} votes are other than the same person's in round {1}.",
        "needs_paper": "How far panellists agree with each other (Kendall's W) cannot be known at this level of "
        "anonymity: nothing tells which votes are one person's. The level “paper” would give it.",
        "needs_panel": "How many changed their minds between rounds cannot be known at this level of anonymity: "
        "nothing joins a person's papers. The level “panel” would give it.",
        "entitled": "Entitled",
        "present": "Present",
        "papers": "Papers",
        "typed": "Of them on paper",
        "typed_note": "“On paper” are seats without a phone: the facilitator typed in what their papers said. Their "
        "votes are among the others and carry no mark.",
        "history": "The life of each item",
        "history_intro": "What became of each item in each round it was voted on in.",
        "votes": "votes",
        "funnel": "From candidates to protocols",
        "candidates": "Candidates",
        "method": "Shares are exact fractions; percentages are rounded for reading only. "
        "The plan's checksum (SHA-256) is {0}.",
        "page": "Page",
        "handout": "For discussion: {0}",
        "handout_intro": "{0} come up for a vote in {1}.",
        "last_vote": "Last vote ({0}): {1}",
        "arguments": "Arguments",
        "arguments_intro": "Panellists wrote these anonymously; the facilitator chose which to show.",
        "argument": "Argument",
        "side": "For or against",
        "argument_for": "For",
        "argument_against": "Against",
        "own_notes": "Notes",
        "of_yes": "{0} of {1} yes",
        "of_no": "{0} of {1} no",
        "of_picks": "picked on {0} of {1} papers",
        "of_share": "{0} of {1} rated {2}",
        "of_abstain": "{0} of {1} abstained",
        "base_cast": "votes cast",
        "base_ballots": "ballots",
        "base_present": "those present",
        "base_entitled": "all seats",
        "base_papers": "papers",
        "median": "median",
        "mean": "mean",
        "points": "points",
        "borda": "Borda score",
        "at": "When (UTC)",
        "what": "What",
        "why": "Why",
        "yes": "Yes",
        "no": "No",
        "abstain": "Abstained",
        "picked": "Picked",
        "rating": "Rating {0}",
        "place": "Place {0}",
        "given": "{0} points",
        "notes": "What else decides",
        "items_1": "1 item",
        "items_n": "{0} items",
        "rounds_1": "1 round",
        "rounds_n": "{0} rounds",
        "places_1": "1 place",
        "places_n": "{0} places",
        "run_off": "{0}, run-off",
        "share_of": "Share {0}",
        "ratings": "rating {0}",
        "picks": "share of papers",
        "iqr": "interquartile range",
        "sd": "standard deviation",
        "cv": "coefficient of variation",
        "disagreement": "disagreement",
        "no_disagreement": "no disagreement",
        "tie_cut_advance all": "All of them are out.",
        "tie_cut_hold all": "None of them is out.",
        "in_round": "round {0}",
        "on_item": "item {0}",
        "instead_of": "{0} instead of {1}",
        "step_lobby": "the doors were opened",
        "step_start": "the round was started",
        "step_open": "the vote was opened",
        "step_close": "the vote was closed",
        "step_review": "the review was begun",
        "step_reopen": "the item was reopened",
        "step_decide": "the decision was made",
        "step_seal": "the round was sealed",
        "step_finish": "the conference was finished",
        "not_settled": "This protocol is not final: {0}",
        "unresolved_round": "round {0} has a tie that is not settled.",
        "glyphs": "Characters that the typefaces of this document lack are shown as □; "
        "the Word and Excel documents and the archive have them.",
        "no_rest": "All items of this protocol stand above.",
        "became": "What became of it",
        "evaluation": "Evaluation",
        "evaluation_intro": "{0} sheets were handed in. Each answer stands alone. A question that fewer than {1} "
        "answered is shown without figures.",
        "evaluation_hidden": "Fewer than {0} sheets were handed in. They are not shown, so that nobody can be told.",
        "question": "Question",
        "satisfied": "Satisfied",
        "neither": "Neither",
        "dissatisfied": "Dissatisfied",
        "comments": "In their own words",
        "comment": "In their own words",
        "pictures": "The rounds as pictures",
        "pictures_intro": "The items of each round as ranked. The thick line lies below what went in; items that were "
        "tied across it are marked.",
        "ranked_by": "Ranked by {0}.",
        "from_to": "from {0} to {1}",
        "tied": "tied",
        "tied_across": "tied across the line: {0}",
    },
    "sv": {
        "protocol_of": "Protokoll: {0}",
        "summary": "{0} i {1}.",
        "sizes": "{0}: {1}",
        "extended": "Omfattande protokoll",
        "core": "Kärnprotokoll",
        "protocol": "Protokollet ”{0}”",
        "rest": "{0}: övriga indikatorer",
        "empty": "Protokollet är tomt.",
        "process": "Processindikatorer",
        "effect": "Effektindikatorer",
        "perspectives": "Perspektiv",
        "perspective": "Perspektiv",
        "none": "(inget)",
        "total": "Summa",
        "final": "Nr",
        "number": "Urspr. nr",
        "kind": "Slag",
        "item": "Indikator",
        "text": "Text",
        "explanation": "Förklaring",
        "figure": "Senaste röstning",
        "share": "Andel",
        "count": "Röster för",
        "base": "Bas",
        "base_name": "Andel av",
        "round": "Omgång",
        "admitted": "Invald i",
        "in_protocol": "Protokoll",
        "rank": "Plats",
        "verdict": "Utfall",
        "reason": "Skäl",
        "advance": "in",
        "hold": "kvar",
        "cut": "ut",
        "stay": "stannar",
        "unresolved": "oavgjort",
        "rules": "Så avgjordes det",
        "rules_intro": "Reglerna var bestämda före varje omröstning. I ord:",
        "anonymity": "Anonymitet",
        "anonymity_vote": "Varje röst står för sig: ingenting förenar två röster från samma person.",
        "anonymity_paper": "En persons röster i en omgång ligger på ett namnlöst papper; omgångar kan inte förenas.",
        "anonymity_panel": "En persons röster bär genomgående en pseudonym som ingen kan knyta till personen.",
        "unanimous": "Där alla röstade lika visar resultatet hur var och en röstade.",
        "ties": "Lika röstetal, lotter och beslut",
        "no_ties": "Ingen låg lika över en gräns.",
        "tie": "{0}: indikatorerna {1} låg lika om {2}.",
        "tie_advance all": "Alla gick in, så protokollet växte.",
        "tie_hold all": "Ingen av dem gick in.",
        "tie_run-off": "En särskild omröstning mellan dem avgjorde.",
        "tie_lot": "Lotten avgjorde.",
        "tie_ask": "Rummet avgjorde.",
        "tie_open": "Detta är inte avgjort.",
        "lot": "{0}: lotten drogs med fröet {1}. Varje indikators lott är SHA-256 av ”{1}:nummer”; "
        "den minsta dras först.",
        "decision": "{0}: indikator {1} avgjordes: {2}. Skäl: {3}",
        "inquorate": "{0}: indikatorerna {1} var inte beslutsföra och blev kvar.",
        "deviations": "Avvikelser",
        "no_deviations": "Ingenting ogiltigförklarades, öppnades på nytt eller togs tillbaka.",
        "void": "Omröstning ogiltigförklarad",
        "reopen": "Indikator öppnad på nytt",
        "undo": "Steg återtaget",
        "restore": "Återgång till säkerhetskopia",
        "what-if": "Andra gränser prövades före förseglingen",
        "merged": "Hopslagen av",
        "merged_items": "Hopslagna indikatorer",
        "merged_intro": "De här indikatorerna gjordes av andra före den första omröstningen. Numren är listans; inget "
        "nummer används för två indikatorer.",
        "attendance": "Närvaro",
        "agreement": "Samstämmighet",
        "w": "{0}: Kendalls W {1}, korrigerat för lika, över de {2} av {3} papper som säger något om varje punkt.",
        "change": "{0}: {2} av {3} röster är andra än samma persons i omgång {1}.",
        "needs_paper": "Hur samstämmiga deltagarna är (Kendalls W) kan inte utläsas på denna nivå av anonymitet: inget "
        "säger vilka röster som är en persons. Nivån ”paper” skulle ge det.",
        "needs_panel": "Hur många som ändrade sig mellan omgångarna kan inte utläsas på denna nivå av anonymitet: "
        "inget förenar en persons papper. Nivån ”panel” skulle ge det.",
        "entitled": "Röstberättigade",
        "present": "Närvarande",
        "papers": "Papper",
        "typed": "Varav på pappersröst",
        "typed_note": "”På pappersröst” är platser utan telefon: konferensledaren skrev in det som stod på papperet. "
        "Rösterna ligger bland de andra och bär inget märke.",
        "history": "Varje indikators väg",
        "history_intro": "Vad som hände med varje indikator i de omgångar där den röstades om.",
        "votes": "röster",
        "funnel": "Från kandidater till protokoll",
        "candidates": "Kandidater",
        "method": "Andelar räknas som exakta bråk; procenttal är avrundade för läsning. "
        "Planens kontrollsumma (SHA-256) är {0}.",
        "page": "Sida",
        "handout": "Att diskutera: {0}",
        "handout_intro": "{0} tas upp till omröstning i {1}.",
        "last_vote": "Senaste omröstningen ({0}): {1}",
        "arguments": "Argument",
        "arguments_intro": "Deltagarna skrev dem anonymt; konferensledaren valde vilka som visades.",
        "argument": "Argument",
        "side": "För eller emot",
        "argument_for": "För",
        "argument_against": "Emot",
        "own_notes": "Anteckningar",
        "of_yes": "{0} av {1} ja",
        "of_no": "{0} av {1} nej",
        "of_picks": "vald på {0} av {1} papper",
        "of_share": "{0} av {1} med betyg {2}",
        "of_abstain": "{0} av {1} avstod",
        "base_cast": "avgivna röster",
        "base_ballots": "röstsedlar",
        "base_present": "närvarande",
        "base_entitled": "alla platser",
        "base_papers": "papper",
        "median": "median",
        "mean": "medelvärde",
        "points": "poäng",
        "borda": "Bordapoäng",
        "at": "När (UTC)",
        "what": "Vad",
        "why": "Varför",
        "yes": "Ja",
        "no": "Nej",
        "abstain": "Avstod",
        "picked": "Vald",
        "rating": "Betyg {0}",
        "place": "Plats {0}",
        "given": "{0} poäng",
        "notes": "Vad som också avgör",
        "items_1": "1 indikator",
        "items_n": "{0} indikatorer",
        "rounds_1": "1 omröstning",
        "rounds_n": "{0} omröstningar",
        "places_1": "1 plats",
        "places_n": "{0} platser",
        "run_off": "{0}, särskild omröstning",
        "share_of": "Andel {0}",
        "ratings": "betyg {0}",
        "picks": "andel papper",
        "iqr": "kvartilavstånd",
        "sd": "standardavvikelse",
        "cv": "variationskoefficient",
        "disagreement": "oenighet",
        "no_disagreement": "ingen oenighet",
        "tie_cut_advance all": "Alla är ute.",
        "tie_cut_hold all": "Ingen av dem är ute.",
        "in_round": "omgång {0}",
        "on_item": "indikator {0}",
        "instead_of": "{0} i stället för {1}",
        "step_lobby": "dörrarna öppnades",
        "step_start": "omgången påbörjades",
        "step_open": "omröstningen öppnades",
        "step_close": "omröstningen stängdes",
        "step_review": "genomgången påbörjades",
        "step_reopen": "indikatorn öppnades på nytt",
        "step_decide": "beslutet fattades",
        "step_seal": "omgången förseglades",
        "step_finish": "konferensen avslutades",
        "not_settled": "Protokollet är inte slutligt: {0}",
        "unresolved_round": "i omgång {0} finns lika röstetal som inte är avgjorda.",
        "glyphs": "Tecken som dokumentets typsnitt saknar visas som □; Word- och Exceldokumenten och arkivet har dem.",
        "no_rest": "Alla protokollets indikatorer står ovan.",
        "became": "Vad det blev av den",
        "evaluation": "Utvärdering",
        "evaluation_intro": "{0} svarsblad lämnades in. Varje svar står för sig. En fråga som färre än {1} har "
        "besvarat visas utan siffror.",
        "evaluation_hidden": "Färre än {0} svarsblad lämnades in. De visas inte, så att ingen kan pekas ut.",
        "question": "Fråga",
        "satisfied": "Nöjd",
        "neither": "Varken eller",
        "dissatisfied": "Missnöjd",
        "comments": "Med egna ord",
        "comment": "Med egna ord",
        "pictures": "Omgångarna i bild",
        "pictures_intro": "Indikatorerna i varje omgång i den ordning de rangordnades. Det tjocka strecket ligger "
        "under dem som gick in; de som låg lika över gränsen är märkta.",
        "ranked_by": "Rangordnade efter {0}.",
        "from_to": "från {0} till {1}",
        "tied": "lika",
        "tied_across": "lika över gränsen: {0}",
    },
}


MONTHS = {
    "en": "January February March April May June July August September October November December",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
}


def say(lang: str, key: str, *parts: object) -> str:
    """A text of TEXTS, filled in."""
    return TEXTS[lang][key].format(*parts)


def count(lang: str, n: int, what: str) -> str:
    """A number of "items", "rounds" or "places": "1 item", "137 items"."""
    return say(lang, f"{what}_1" if n == 1 else f"{what}_n", n)


def day_in_words(lang: str, day: date) -> str:
    """A day as people write it: "10 April 2014", "10 april 2014"."""
    return f"{day.day} {MONTHS[lang].split()[day.month - 1]} {day.year}"


def protocol_title(lang: str, id: str) -> str:
    return TEXTS[lang][id] if id in ("extended", "core") else say(lang, "protocol", id)


def kind_title(lang: str, kind: str | None) -> str:
    return TEXTS[lang][kind] if kind in ("process", "effect") else kind or ""


def round_title(lang: str, round: Round) -> str:
    """A round with its id, by which rules and history name it: "P1: Vote 1"; a run-off says that it is one."""
    id = round.id.removesuffix(RUN_OFF)
    title = id if round.title in (round.id, id) else f"{id}: {round.title}"
    return say(lang, "run_off", title) if round.is_run_off else title


def measure_title(lang: str, name: str) -> str:
    """A measure as the head of a column: "Share yes", "Share rating 7–9", "Median"."""
    base, _, ends = name.partition("(")
    if base in ("yes", "no", "abstain"):
        text = say(lang, "share_of", say(lang, base).lower())
    elif base == "share":
        low, _, high = ends.rstrip(")").partition("..")
        text = say(lang, "share_of", say(lang, "ratings", low if low == high else f"{low}–{high}"))
    else:
        text = say(lang, base)
    return text[:1].upper() + text[1:]


def percent(share: Fraction, lang: str) -> str:
    """A share as people read it, "57%" or "57 %", rounded half up.

    Where that would say all, none or half of what is not that, with a tenth: as the pages do (static/js/words.js).
    """
    whole = int(share * 100 + Fraction(1, 2))
    if whole not in (0, 50, 100) or share == Fraction(whole, 100):
        return per_cent(str(whole), lang)
    tenths = int(share * 1000 + Fraction(1, 2))
    return per_cent(decimal(tenths / 10, lang), lang)


def figure(value: Number | Root, lang: str) -> str:
    """A number as people read it, with at most two decimals."""
    return decimal(float(value.value) if isinstance(value, Number) else float(value.square) ** 0.5, lang)

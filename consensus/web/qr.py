"""QR codes as SVG: the join address on the screen, a seat's address on its card."""

from __future__ import annotations

import io
import re

import qrcode
from flask import current_app, request, url_for
from qrcode.image.svg import SvgPathFillImage


def svg(text: str, border: int = 4) -> str:
    """Draw `text` as an SVG document: black on white, `border` modules of white around it."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=border)
    code.add_data(text)
    out = io.BytesIO()
    code.make_image(image_factory=SvgPathFillImage).save(out)
    return out.getvalue().decode()


def is_code(code: str) -> bool:
    """Tell whether `code` looks like a conference's join code: six digits."""
    return re.fullmatch(r"[0-9]{6}", code, re.ASCII) is not None


def public_address() -> str:
    """The address that phones reach this server at, with a slash at the end.

    The facilitator's browser may well know the server as localhost: the configured address comes first.
    """
    configured = str(current_app.config.get("PUBLIC_URL") or "")
    return f"{(configured or request.url_root).rstrip('/')}/"


def join_address(code: str) -> str:
    """The address behind the square on the screen."""
    return f"{public_address().rstrip('/')}{url_for('panellist.home')}?code={code}"


def seat_address(secret: str) -> str:
    """The address behind the square on a seat's card."""
    return f"{public_address().rstrip('/')}{url_for('panellist.join', secret=secret)}"


def wifi_text(name: str, password: str) -> str:
    """What a phone reads to join a network: "WIFI:T:WPA;S:name;P:password;;", without a password an open one.

    Backslash, semicolon, comma, colon and quotation mark are escaped, as the readers of phones expect it.
    """
    if not password:
        return f"WIFI:T:nopass;S:{_escaped(name)};;"
    return f"WIFI:T:WPA;S:{_escaped(name)};P:{_escaped(password)};;"


def _escaped(text: str) -> str:
    return re.sub(r'([\\;,:"])', r"\\\1", text)

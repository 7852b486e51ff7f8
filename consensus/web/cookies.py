"""The cookie that knows a facilitator's browser: signed, and without a reading of any clock.

A laptop may wake up in 1970 and be put right in the middle of a conference. Flask's own cookie carries the time of
signing and a date on which it ends: after such a jump it would be too old, or of the future, and the facilitator out.
How long it is kept is the browser's to count, from the last visit; what it lets in ends with the conference's
token_version, for everyone with the secret that signs it.
"""

from __future__ import annotations

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeSerializer


class Cookies(SecureCookieSessionInterface):
    """Sessions in cookies that a jump of the clock does not end."""

    salt = "consensus-cookie-1"

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        try:
            return self.session_class(_signer(app).loads(request.cookies.get(self.get_cookie_name(app), "")))
        except BadSignature:
            return self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.accessed:
            response.vary.add("Cookie")
        if not session.modified and not (session and self.should_set_cookie(app, session)):
            return
        response.set_cookie(
            self.get_cookie_name(app),
            _signer(app).dumps(dict(session)),
            max_age=app.permanent_session_lifetime if session else 0,
            path=self.get_cookie_path(app),
            httponly=self.get_cookie_httponly(app),
            secure=self.get_cookie_secure(app),
            samesite=self.get_cookie_samesite(app),
        )


def _signer(app: Flask) -> URLSafeSerializer:
    assert app.secret_key
    return URLSafeSerializer(app.secret_key, salt=Cookies.salt)

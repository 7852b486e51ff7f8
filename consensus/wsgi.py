"""For a host's own server: `gunicorn -k gevent -w 1 consensus.wsgi:app`, settings from the environment.

Several workers need PostgreSQL, Redis (CONSENSUS_REDIS) and a proxy that sends a client to the same one each time.
"""

from consensus.app import create_app

app = create_app()

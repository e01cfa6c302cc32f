"""What memtomem's own storage and web panel make of the database.

Reads `[[method, [argument, ...]], ...]` from standard input and prints what each call returns.
`web` gives the documents of the panel's routes for all sessions and their events.
"""

import asyncio
import json
import sys

from memtomem.cli._bootstrap import cli_components
from memtomem.web.schemas.sessions import SessionEventOut, SessionOut


async def web(storage):
    panel = []
    for row in await storage.list_sessions(limit=500):
        events = [SessionEventOut(**event) for event in await storage.get_session_events(row["id"])]
        session = SessionOut(**row).model_dump()
        panel.append({**session, "events": [event.model_dump() for event in events]})
    return panel


async def main():
    async with cli_components() as components:
        storage = components.storage
        for method, arguments in json.load(sys.stdin):
            call = web(storage) if method == "web" else getattr(storage, method)(*arguments)
            print(json.dumps(await call))


asyncio.run(main())

"""Runs memtomem's command line for each list of words on standard input, all in one process.

Prints one list of `{"code", "out", "err"}`.
"""

import json
import sys

from click.testing import CliRunner
from memtomem.cli import cli


def run(words):
    result = CliRunner().invoke(cli, words)
    return {"code": result.exit_code, "out": result.stdout, "err": result.stderr}


print(json.dumps([run(words) for words in json.load(sys.stdin)]))

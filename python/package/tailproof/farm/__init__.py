"""The proofs of many books in a night, by several processes or machines.

A *night* is a TOML file: a table of jobs, and the public terms that all of them share.

- `night`: the file, and the table of jobs, checked before anything is proved;
- `plan`: shards of jobs, of about a minute each by measured cost;
- `worker`: what one process does: it reads keys and scenarios once, and proves shards;
- `local`, `on_ray`: engines, which run workers and replace those that are lost;
- `results`: the folder of results, and the table that is rebuilt from it.

`python -m tailproof.farm run night.toml` is the door for people; `run` is the one for programs.
"""

from __future__ import annotations

from .night import Job, Night
from .results import Row, Status, table
from .run import run

__all__ = ["Job", "Night", "Row", "Status", "run", "table"]

"""The proofs of many books in a night, by several processes or machines.

A *night* is a TOML file: which books there are, and the public terms that all of them share. The plan of
the work, what is kept of an earlier run and the rows of the results are the library's, and so are the
same as those of `tailproof prove --batch`. Here are the processes, the files and Ray:

- `night`: the file, and the jobs, checked before anything is proved;
- `shards`: jobs by their names, handed out as the library plans;
- `worker`: what one process does: it reads keys and scenarios once, and proves shards;
- `local`, `on_ray`: engines, which run workers and replace those that are lost;
- `results`: the folder of proofs, with its table.

`python -m tailproof.farm run night.toml` is the door for people; `run` is the one for programs.
"""

from __future__ import annotations

from .._native import Row
from .night import Job, Night
from .results import Folder
from .run import run

__all__ = ["Folder", "Job", "Night", "Row", "run"]

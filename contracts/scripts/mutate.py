#!/usr/bin/env python3
"""Removes the guards of a table one by one and says whether the test beside it fails then.

Usage: contracts/scripts/mutate.py [WORD ...]: guards whose line has one of the words, or all. Works on a copy of contracts/
in a temporary folder. Exit status 1 if a test passes without its guard.

A line of contracts/scripts/mutations.tsv: file under src/, text to be replaced (once in the file), its replacement, name of
the test that must fail. Empty lines and lines that begin with # are skipped."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

CONTRACTS = pathlib.Path(__file__).resolve().parents[1]


def table(words):
    for line in (CONTRACTS / 'scripts/mutations.tsv').read_text().splitlines():
        if not line or line.startswith('#') or (words and not any(word in line for word in words)):
            continue
        file, text, replacement, test = line.split('\t')
        yield file, text, replacement, test


def copy(folder):
    for name in ('src', 'test', 'generated', 'solc', 'native.js', 'foundry.toml'):
        source = CONTRACTS / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        elif source.exists():
            shutil.copy2(source, folder / name)
    (folder / 'node_modules').symlink_to(CONTRACTS / 'node_modules')


def outcome(forge, folder, test):
    run = [forge, 'test', '--offline', '--match-test', f'^{test}\\(']
    result = subprocess.run(run, cwd=folder, capture_output=True, text=True)
    if 'Compiler run failed' in result.stdout + result.stderr:
        return 'does not compile'
    if 'No tests' in result.stdout or ('[PASS]' not in result.stdout and '[FAIL' not in result.stdout):
        return 'was not found'
    return 'fails' if '[FAIL' in result.stdout else 'passes'


def main():
    forge = subprocess.run(['node', 'native.js', 'forge'], cwd=CONTRACTS, capture_output=True, text=True, check=True)
    bad = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        copy(folder)
        for file, text, replacement, test in table(sys.argv[1:]):
            path = folder / 'src' / file
            source = path.read_text()
            if source.count(text) != 1:
                sys.exit(f'{file} has {source.count(text)} times: {text}')
            path.write_text(source.replace(text, replacement))
            verdict = outcome(forge.stdout.strip(), folder, test)
            path.write_text(source)
            bad += verdict != 'fails'
            print(f'{verdict}\t{test}\t{file}: {text}', flush=True)
    sys.exit(1 if bad else 0)


main()

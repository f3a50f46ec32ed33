#!/usr/bin/env node
'use strict';
// Prints the path of forge's or anvil's own binary: the npm launcher in front of it drops the exit status.
const path = require('path');

const tool = process.argv[2];
const machine = { x64: 'amd64', arm64: 'arm64' }[process.arch] || process.arch;
const platform = process.platform === 'win32' ? 'win32' : process.platform;
const name = `@foundry-rs/${tool}-${platform}-${machine}`;
try {
  const folder = path.dirname(require.resolve(`${name}/package.json`));
  process.stdout.write(path.join(folder, 'bin', process.platform === 'win32' ? `${tool}.exe` : tool) + '\n');
} catch {
  process.stderr.write(`${name} is not installed; run: npm ci --ignore-scripts (in contracts/)\n`);
  process.exitCode = 1;
}

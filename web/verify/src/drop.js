// Files that are dropped, those in folders too.

/** Most files of one drop. */
const MOST = 1000;

/** Returns the files of a drop, each with its path below what was dropped: `[{ file, name }]`. */
export async function filesOfDrop(transfer) {
  // The entries are taken before anything is awaited: the transfer is empty afterwards.
  const entries = Array.from(transfer.items ?? [], (item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const found = [];
  for (const entry of entries) {
    await collect(entry, "", found);
  }
  return found;
}

async function collect(entry, folder, found) {
  if (entry === null || found.length >= MOST) {
    return;
  }
  if (entry instanceof File) {
    found.push({ file: entry, name: entry.name });
  } else if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.push({ file, name: `${folder}${entry.name}` });
  } else if (entry.isDirectory) {
    const reader = entry.createReader();
    for (;;) {
      // A reader returns some entries at a time, and none at the end.
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) {
        return;
      }
      for (const inner of some) {
        await collect(inner, `${folder}${entry.name}/`, found);
      }
    }
  }
}

/** Returns chosen files in the same form. */
export function filesOfInput(list) {
  return Array.from(list, (file) => ({ file, name: file.webkitRelativePath || file.name }));
}

// Files that a link names, fetched from the page's own host when the reader asks for it.

/** Most bytes of a file. */
const MOST = 512 << 20;

/** Returns the files that came, and notices about those that did not. */
export async function fetched(files) {
  const found = { files: [], notices: [] };
  for (const { address, name } of files) {
    try {
      // Without cookies, and not to wherever else the host would send it.
      const response = await fetch(address, { credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" });
      if (!response.ok) {
        throw new Error(`the host answered ${response.status}`);
      }
      found.files.push({ file: await limited(response), name });
    } catch (error) {
      found.notices.push({ name, text: `it could not be fetched: ${error.message}` });
    }
  }
  return found;
}

async function limited(response) {
  const parts = [];
  let length = 0;
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) {
      return new Blob(parts);
    }
    length += value.length;
    if (length > MOST) {
      await reader.cancel();
      throw new Error("it is larger than 512 MiB");
    }
    parts.push(value);
  }
}

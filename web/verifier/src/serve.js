// The worker: the first message brings the module, a later one may bring another, and every other one brings a task.

import { Session } from "./session.js";

/** Returns the listener for messages, which sends answers with `post`. */
export function serve(post) {
  let session;
  return ({ id, module, backend, task }) => {
    try {
      if (module && session) {
        post({ id, answer: session.replace(module, backend) });
      } else if (module) {
        session = new Session(module);
        post({ id, answer: { ok: true } });
      } else {
        post({ id, answer: session.run(task) });
      }
    } catch (error) {
      post({ id, wrong: error.message });
    }
  };
}

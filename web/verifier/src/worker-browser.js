import { serve } from "./serve.js";

const listen = serve((answer) => self.postMessage(answer));
self.onmessage = ({ data }) => listen(data);

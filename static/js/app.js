/** Entry of every page: binds the behaviours that its elements ask for. */

import { bindAll } from "./bind.js";

bindAll(document);

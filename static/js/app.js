/** Entry of every page: binds the behaviours that its elements ask for. */

import { bindAll } from "./bind.js";
import { install } from "./install.js";

bindAll(document);
install();

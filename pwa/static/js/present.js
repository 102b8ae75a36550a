import { start as slides } from "./slides.js";

slides(document);

import { start as count } from "./count.js";

count(document);

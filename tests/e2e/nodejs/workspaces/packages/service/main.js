"use strict";

const greeting = require("@monorepo/greeting");
const bufferutil = require("bufferutil");
const ms = require("ms");
const width = require("width");

const data = Buffer.from([1, 2, 3, 4]);
bufferutil.unmask(data, Buffer.from([1, 2, 3, 4]));
console.log([greeting(), ms("1m"), width("wide"), data.toString("hex")].join(", "));

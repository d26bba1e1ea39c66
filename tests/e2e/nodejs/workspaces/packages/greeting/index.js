"use strict";

const ms = require("ms");

module.exports = () => `ms ${require("ms/package.json").version.split(".")[0]}: ${ms("1h")}`;

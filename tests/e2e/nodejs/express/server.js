"use strict";

const express = require("express");
const sharp = require("sharp");

const app = express();

app.get("/thumbnail", async (request, response) => {
  const blank = { width: 64, height: 32, channels: 3, background: "#0a0" };
  response.type("image/webp").send(await sharp({ create: blank }).resize(16).webp().toBuffer());
});

const server = app.listen(8080, "127.0.0.1", async () => {
  const answer = await fetch("http://127.0.0.1:8080/thumbnail");
  const image = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
  console.log(`${answer.status} ${image.format} ${image.width}x${image.height}`);
  server.close();
  server.closeAllConnections();
});

// @ts-check
/// <reference lib="dom" />
/**
 * Devices: whether they are there, how strong, and when they were seen last.
 */
import { post } from "./connection.js";
import { announce, h, setAttribute, setText } from "./dom.js";
import { agoText } from "./format.js";
/** @import { BikeSnapshot, ViewDevice } from "../bike_view.ts" */

class DeviceRow {
  /**
   * @param {string} bikeId
   * @param {string} id
   */
  constructor(bikeId, id) {
    this.path = `/api/bikes/${bikeId}/devices/${
      encodeURIComponent(id)
    }/calibration`;
    this.id = id;
    this.driver = h("small");
    this.state = h("span", { class: "dot-text" });
    this.battery = h("span", { class: "battery" });
    this.signal = h("span", { class: "signal" });
    this.seen = h("span", { class: "seen" });
    this.button = h("button", {
      type: "button",
      hidden: true,
      click: () => this.#calibrate(),
    }, "Calibrate");
    this.element = h(
      "li",
      { class: "device" },
      h("p", { class: "name" }, h("b", {}, id), this.driver),
      this.state,
      this.battery,
      this.signal,
      this.seen,
      this.button,
    );
    this.isOnline = false;
    this.isNew = true;
  }

  /**
   * @param {ViewDevice} device
   * @param {number} nowMs
   */
  update(device, nowMs) {
    const { isOnline, driver, batteryPercent, signalDbm, lastSeenMs, error } =
      device;
    if (!this.isNew && isOnline !== this.isOnline) {
      announce(
        `${this.id} ${isOnline ? "is back" : "is gone"}`,
        isOnline ? "good" : "bad",
      );
    }
    this.isNew = false;
    this.isOnline = isOnline;
    setAttribute(this.element, "data-online", isOnline);
    setText(this.driver, driver ?? "");
    setText(this.state, isOnline ? "connected" : "not there");
    setText(
      this.battery,
      batteryPercent === null ? "" : `battery ${Math.round(batteryPercent)} %`,
    );
    setAttribute(
      this.battery,
      "data-low",
      batteryPercent !== null && batteryPercent < 20,
    );
    setText(
      this.signal,
      signalDbm === null ? "" : `signal ${Math.round(signalDbm)} dBm`,
    );
    const seen = isOnline || lastSeenMs === null
      ? ""
      : `last seen ${agoText(nowMs - lastSeenMs)}`;
    setText(this.seen, isOnline ? "" : seen || error || "");
    setAttribute(this.element, "title", error);
    this.button.hidden = !device.canCalibrate;
  }

  async #calibrate() {
    this.button.disabled = true;
    setText(this.button, "Calibrating…");
    const { error, steps = [] } = await post(this.path);
    this.button.disabled = false;
    setText(this.button, "Calibrate");
    if (error) announce(`${this.id}: ${error.message}`, "bad");
    else announce([`${this.id} is calibrated`, ...steps].join(" · "), "good");
  }
}

/** All devices of a bike. */
export class Devices {
  /** @param {string} bikeId */
  constructor(bikeId) {
    this.bikeId = bikeId;
    /** @type {Map<string, DeviceRow>} */
    this.rows = new Map();
    this.list = h("ul");
    this.empty = h("p", { class: "empty" }, "No device has been heard of yet");
    this.element = h(
      "section",
      { class: "panel devices", "aria-labelledby": "devices-title" },
      h("h2", { id: "devices-title" }, "Devices"),
      this.empty,
      this.list,
    );
  }

  /**
   * @param {BikeSnapshot} bike
   * @param {number} nowMs
   */
  update({ devices }, nowMs) {
    this.empty.hidden = devices.length > 0;
    for (const [id, row] of this.rows) {
      if (devices.some((device) => device.id === id)) continue;
      row.element.remove();
      this.rows.delete(id);
    }
    for (const device of devices) {
      let row = this.rows.get(device.id);
      if (!row) {
        row = new DeviceRow(this.bikeId, device.id);
        this.rows.set(device.id, row);
        this.list.append(row.element);
      }
      row.update(device, nowMs);
    }
  }
}

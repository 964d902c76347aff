/**
 * Readers of FIT files that share no code with the program, nor with each other.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { fit2json, parseRecords } from "fit-decoder";
import FitParser from "fit-file-parser";

/**
 * What the adapters of a service share.
 *
 * @module
 */
import { ReplyCache } from "./reply_cache.ts";
import {
  type AnnouncementContext,
  ServiceAnnouncement,
} from "./service_announcement.ts";

/** How much a service does, and what it says of itself. */
interface ServiceCoreOptions {
  /** The most operations that run at the same time; 1000 if left out. */
  readonly operationLimit?: number;
  /** Whether others can discover it; they can unless this is false. */
  readonly announce?: boolean;
}

/** The shared part of a service's adapters. */
export class ServiceCore {
  /** Answers that were given lately, so that a request sent twice runs once. */
  readonly replies: ReplyCache = new ReplyCache();
  /** Says what is served; undefined where that is not wanted. */
  readonly announcement: ServiceAnnouncement | undefined;
  readonly #operationLimit: number;
  #running = 0;

  /**
   * Starts without operations.
   *
   * @param context What its announcement stands on.
   * @param options How much it does.
   */
  constructor(context: AnnouncementContext, options: ServiceCoreOptions) {
    this.#operationLimit = options.operationLimit ?? 1000;
    this.announcement = options.announce === false
      ? undefined
      : new ServiceAnnouncement(context);
  }

  /** How many operations run now. */
  get running(): number {
    return this.#running;
  }

  /**
   * Takes a place for an operation that is about to run.
   *
   * @returns False if too many run already.
   */
  begin(): boolean {
    if (this.#running >= this.#operationLimit) return false;
    this.#running++;
    return true;
  }

  /** Gives the place of an operation back that has run. */
  end(): void {
    this.#running--;
  }
}

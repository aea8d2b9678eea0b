/**
 * Who may run now: slots for processors, memory, named GPU devices and named counters, and the queue before them.
 *
 * The most urgent jobs start first, equally urgent ones in the order of submission. A job that does not fit is passed by
 * later ones that do (back-filling), until it has been passed `maxPasses` times or has waited `maxWaitMs`; from then on
 * what it needs is kept for it, and only jobs that do without may pass. So a job that needs much room does not starve
 * among less urgent and equally urgent ones, and nothing idles that nobody waits for. Jobs that are more urgent always go
 * first, however long one waits: a run has finitely many, and with ageing a long run would fall back to the order of
 * submission and lose what urgency is for.
 */
import type { Problem } from "@simloom/units";
import type { Grant, Resources } from "../stage/context.ts";
import { type Demand, type Dimensions, demandOf, dimensionsOf, fits, type SlotCapacity } from "./demand.ts";
import { isBefore, UrgencyQueue } from "./urgency-queue.ts";

/** When a waiting job stops being passed. */
export interface Ageing {
  /** Default 32. */
  readonly maxPasses?: number;
  /** Default 5000 ms. */
  readonly maxWaitMs?: number;
}

/** A job's place in the queue; hand it back to {@link Slots.remove}. */
export interface Ticket<T> {
  readonly item: T;
  readonly sequence: number;
  readonly resources: Resources;
  readonly urgency: number;
}

/** What {@link Slots.take} hands out. Give `ticket.resources` and `grant` back to {@link Slots.release}. */
export interface Started<T> {
  readonly ticket: Ticket<T>;
  readonly grant: Grant;
}

interface Waiting<T> extends Ticket<T> {
  readonly shape: Shape<T>;
  readonly enqueuedAtMs: number;
  isGone: boolean;
}

/** All waiting jobs that ask for the same; shapes are linked in the order of their first jobs. */
interface Shape<T> {
  readonly demand: Demand;
  readonly queue: UrgencyQueue<Waiting<T>>;
  /** How often others were let past since one of these jobs started. */
  passes: number;
  previous: Shape<T> | undefined;
  next: Shape<T> | undefined;
  isLinked: boolean;
}

const NO_GPUS: readonly string[] = Object.freeze([]);
/** Different demands that one search looks at; beyond it later ones wait for their turn. */
const SEARCH_LIMIT = 256;

/**
 * Accounts for slots and orders who waits for them. Not a scheduler: it starts nothing.
 *
 * Cost of an event: proportional to the number of different demands that wait (at most {@link SEARCH_LIMIT}), whatever
 * the number of jobs; 100,000 queued jobs of one demand cost the same each as ten.
 */
export class Slots<T> {
  private readonly dimensions: Dimensions;
  private readonly free: Float64Array;
  private readonly kept: Float64Array;
  private readonly freeGpus: string[];
  private readonly shapes = new Map<string, Shape<T>>();
  private readonly maxPasses: number;
  private readonly maxWaitMs: number;
  private head: Shape<T> | undefined;
  private tail: Shape<T> | undefined;
  private sequence = 0;
  private waitingCount = 0;
  private runningCount = 0;
  private plainGrant: Grant | undefined;

  constructor(capacity: SlotCapacity, ageing: Ageing = {}) {
    this.dimensions = dimensionsOf(capacity);
    this.free = this.dimensions.capacity.slice();
    this.kept = new Float64Array(this.free.length);
    this.freeGpus = [...(capacity.gpus ?? NO_GPUS)];
    this.maxPasses = ageing.maxPasses ?? 32;
    this.maxWaitMs = ageing.maxWaitMs ?? 5000;
  }

  get waiting(): number {
    return this.waitingCount;
  }

  get running(): number {
    return this.runningCount;
  }

  /** Why these resources can never be granted here, or nothing. To be asked before anything runs. */
  check(resources: Resources): Problem | undefined {
    return this.dimensions.check(resources);
  }

  /** Grants at once where nobody waits and there is room; the way past the queue for jobs that end at once. */
  grantNow(resources: Resources): Grant | undefined {
    if (this.waitingCount > 0) return undefined;
    const demand = demandOf(this.dimensions, resources);
    return fits(demand, this.free) ? this.grant(demand, resources) : undefined;
  }

  /** Queues a job. Ask {@link check} first: a job that never fits would wait for ever. */
  enqueue(item: T, resources: Resources, nowMs: number, urgency = 0): Ticket<T> {
    const demand = demandOf(this.dimensions, resources);
    let shape = this.shapes.get(demand.key);
    if (shape === undefined) {
      shape = { demand, queue: new UrgencyQueue(), passes: 0, previous: undefined, next: undefined, isLinked: false };
      this.shapes.set(demand.key, shape);
    }
    const waiting: Waiting<T> = {
      item,
      resources,
      sequence: this.sequence++,
      urgency,
      shape,
      enqueuedAtMs: nowMs,
      isGone: false,
    };
    shape.queue.push(waiting);
    this.waitingCount++;
    if (shape.queue.first === waiting) {
      const before = shape.isLinked ? shape.previous : this.tail;
      if (shape.isLinked) this.unlink(shape);
      this.place(shape, before);
    }
    return waiting;
  }

  /** Takes a job out of the queue; false when it is not in it any more. */
  remove(ticket: Ticket<T>): boolean {
    const waiting = ticket as Waiting<T>;
    if (waiting.isGone) return false;
    waiting.isGone = true;
    this.waitingCount--;
    const { shape } = waiting;
    if (shape.queue.first === waiting) this.advance(shape);
    return true;
  }

  /** The next job that may start now, with its grant, or nothing. Call it until it answers nothing. */
  take(nowMs: number): Started<T> | undefined {
    if (this.waitingCount === 0) return undefined;
    let isKeeping = false;
    let searched = 0;
    for (let shape = this.head; shape !== undefined && searched < SEARCH_LIMIT; shape = shape.next, searched++) {
      const first = shape.queue.first as Waiting<T>;
      if (fits(shape.demand, this.free, isKeeping ? this.kept : undefined)) {
        for (let passed = this.head; passed !== undefined && passed !== shape; passed = passed.next) passed.passes++;
        shape.passes = 0;
        first.isGone = true;
        this.waitingCount--;
        this.advance(shape);
        return { ticket: first, grant: this.grant(shape.demand, first.resources) };
      }
      if (!isKeeping && (shape.passes >= this.maxPasses || nowMs - first.enqueuedAtMs >= this.maxWaitMs)) {
        isKeeping = true;
        this.kept.set(shape.demand.amounts);
      }
    }
    return undefined;
  }

  /** Gives back what was granted. */
  release(resources: Resources, grant: Grant): void {
    const { amounts } = demandOf(this.dimensions, resources);
    this.runningCount--;
    // Fractions of a processor do not add up exactly; an idle house starts from its capacity again.
    if (this.runningCount === 0) this.free.set(this.dimensions.capacity);
    else for (let i = 0; i < amounts.length; i++) (this.free[i] as number) += amounts[i] as number;
    if (grant.gpus.length > 0) {
      this.freeGpus.push(...grant.gpus);
      this.freeGpus.sort((a, b) => this.dimensions.gpus.indexOf(a) - this.dimensions.gpus.indexOf(b));
    }
  }

  private grant(demand: Demand, resources: Resources): Grant {
    const { amounts } = demand;
    for (let i = 0; i < amounts.length; i++) (this.free[i] as number) -= amounts[i] as number;
    this.runningCount++;
    const cpu = resources.cpu ?? 1;
    const gpuCount = resources.gpu ?? 0;
    if (gpuCount > 0)
      return { cpu, memoryMb: resources.memoryMb, gpus: Object.freeze(this.freeGpus.splice(0, gpuCount)) };
    const known = this.plainGrant;
    if (known !== undefined && known.cpu === cpu && known.memoryMb === resources.memoryMb) return known;
    this.plainGrant = Object.freeze({ cpu, memoryMb: resources.memoryMb, gpus: NO_GPUS });
    return this.plainGrant;
  }

  /** Moves to the next job of a shape, and the shape to where that job stands among the others. */
  private advance(shape: Shape<T>): void {
    const { queue } = shape;
    while (queue.first?.isGone === true) queue.pop();
    const before = shape.previous;
    this.unlink(shape);
    if (queue.first === undefined) this.shapes.delete(shape.demand.key);
    else this.place(shape, before);
  }

  /** Links a shape where its first job stands among those of the others; `near` is where to begin to look. */
  private place(shape: Shape<T>, near: Shape<T> | undefined): void {
    const first = shape.queue.first as Waiting<T>;
    let place = near;
    while (place !== undefined && isBefore(first, place.queue.first as Waiting<T>)) place = place.previous;
    for (let next = place === undefined ? this.head : place.next; next !== undefined; next = next.next) {
      if (isBefore(first, next.queue.first as Waiting<T>)) break;
      place = next;
    }
    this.insertAfter(shape, place);
  }

  private unlink(shape: Shape<T>): void {
    if (shape.previous === undefined) this.head = shape.next;
    else shape.previous.next = shape.next;
    if (shape.next === undefined) this.tail = shape.previous;
    else shape.next.previous = shape.previous;
    shape.isLinked = false;
  }

  private insertAfter(shape: Shape<T>, place: Shape<T> | undefined): void {
    const next = place === undefined ? this.head : place.next;
    shape.previous = place;
    shape.next = next;
    if (place === undefined) this.head = shape;
    else place.next = shape;
    if (next === undefined) this.tail = shape;
    else next.previous = shape;
    shape.isLinked = true;
  }
}

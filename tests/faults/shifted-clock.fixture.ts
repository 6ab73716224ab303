import { ServerResponse } from 'node:http'

/**
 * For `node --import`: a process whose clock differs from the machine's by CLOCK_SHIFT_S seconds from each second SIGUSR2
 * on, and agrees in between. Timers and `performance.now()` are as always.
 */
const shiftMs = Number(process.env.CLOCK_SHIFT_S) * 1_000
const RealDate = Date
let shifted = false
const now = () => RealDate.now() + (shifted ? shiftMs : 0)

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
  get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
})

// Node writes the header Date by a clock that nobody can replace.
const writeHead = ServerResponse.prototype.writeHead
ServerResponse.prototype.writeHead = function (this: ServerResponse, ...args: Parameters<typeof writeHead>) {
  this.setHeader('date', new Date().toUTCString())
  return writeHead.apply(this, args)
} as typeof writeHead

process.on('SIGUSR2', () => {
  shifted = !shifted
})

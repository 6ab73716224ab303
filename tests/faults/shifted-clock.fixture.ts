import { ServerResponse } from 'node:http'

/**
 * For `node --import`: each SIGUSR2 turns a shift of the process's clock by CLOCK_SHIFT_S seconds on or off; first on.
 * Timers and `performance.now()` are not affected.
 */
const shiftMs = Number(process.env.CLOCK_SHIFT_S) * 1_000
const RealDate = Date
let shifted = false
const now = () => RealDate.now() + (shifted ? shiftMs : 0)

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
  get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
})

// Node sets the header Date from an internal clock that cannot be replaced.
const writeHead = ServerResponse.prototype.writeHead
ServerResponse.prototype.writeHead = function (this: ServerResponse, ...args: Parameters<typeof writeHead>) {
  this.setHeader('date', new Date().toUTCString())
  return writeHead.apply(this, args)
} as typeof writeHead

process.on('SIGUSR2', () => {
  shifted = !shifted
})

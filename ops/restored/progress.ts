import { Presets, SingleBar } from 'cli-progress'

/** How often a line reports progress when stderr is no terminal, in milliseconds. */
const LINE_EVERY_MS = 5_000

/** Progress of a long command, on stderr: a bar on a terminal, else a line now and then and one at the end. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr) {
  let current: { readonly doing: string; done: number; total: number; saidAt: number } | undefined
  let bar: SingleBar | undefined

  const line = ({ doing, done, total }: NonNullable<typeof current>) =>
    void stream.write(`${done} of ${Math.max(done, total)} ${doing}\n`)

  function end(): void {
    bar?.stop()
    bar = undefined
    if (current && !stream.isTTY) line(current)
    current = undefined
  }

  return {
    /** @param total about how many; more may come */
    at(doing: string, done: number, total: number): void {
      if (current?.doing !== doing) {
        end()
        current = { doing, done, total, saidAt: Date.now() }
        if (stream.isTTY) {
          bar = new SingleBar({ format: `${doing.padEnd(16)} {bar} {value}/{total}`, stream }, Presets.shades_classic)
          bar.start(Math.max(done, total), done)
        }
        return
      }
      Object.assign(current, { done, total })
      bar?.setTotal(Math.max(done, total))
      bar?.update(done)
      if (stream.isTTY || Date.now() - current.saidAt < LINE_EVERY_MS) return
      current.saidAt = Date.now()
      line(current)
    },
    end,
  }
}

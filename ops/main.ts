import { Command } from 'commander'
import { neverProxyLoopback } from '#toolkit/process/loopback.ts'
import { usageOf } from '#toolkit/process/usage.ts'
import { opsConfig } from './config.ts'
import { deadLetters } from './dead-letters.ts'
import { forget } from './forget-offsets.ts'
import { republishCommand } from './republish.ts'
import { restored } from './restored/restored.ts'
import { status } from './status.ts'
import { endSessions } from './users/end-sessions.ts'
import { grant, revoke } from './users/grant.ts'
import { openAccount } from './users/open-account.ts'
import { rotateKeys } from './users/rotate-keys.ts'

/** The operator's command line: `npm run ops -- <command>`. Exit code 1 when something is wrong. */
neverProxyLoopback()
const program = new Command('npm run ops --')
  .description('What the one on call needs: how things stand, and the remedies.')
  .showHelpAfterError()
  .addHelpText(
    'after',
    `\nEnvironment, all of it for a system elsewhere than on this machine:\n\n${usageOf(opsConfig)}`,
  )
  .addCommand(status)
  .addCommand(republishCommand)
  .addCommand(restored)
  .addCommand(deadLetters)
  .addCommand(forget)
  .addCommand(grant)
  .addCommand(revoke)
  .addCommand(rotateKeys)
  .addCommand(endSessions)
  .addCommand(openAccount)

try {
  await program.parseAsync()
} catch (error) {
  const { message, code } = error as Error & { code?: string }
  const unreachable = code === 'ECONNREFUSED' || message.includes("Can't reach database server")
  console.error(
    unreachable
      ? `PostgreSQL does not answer: ${message.trim().split('\n').at(-1)}. Is the system running (npm start)? POSTGRES_URL says where it is elsewhere.`
      : message,
  )
  process.exitCode = 1
}

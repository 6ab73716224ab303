import { relayConfig } from '#cqrs/roles/config.ts'
import { readConfig } from '#toolkit/process/config.ts'
import { runProcess } from '#toolkit/process/lifecycle.ts'
import { createLog } from '#toolkit/process/log.ts'
import { relay } from './roles/relay.ts'
import { service } from './service.ts'

const config = readConfig(relayConfig(service))
const log = createLog(`${service.name}-relay`, config.LOG_LEVEL)
await runProcess(log, relay(config, log))

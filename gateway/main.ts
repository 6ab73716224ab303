import { readConfig } from '#toolkit/process/config.ts'
import { runProcess } from '#toolkit/process/lifecycle.ts'
import { createLog } from '#toolkit/process/log.ts'
import { gatewayConfig } from './config.ts'
import { createGateway } from './server.ts'

const config = readConfig(gatewayConfig)
const log = createLog('gateway', config.LOG_LEVEL)
await runProcess(log, [createGateway(config, log)])

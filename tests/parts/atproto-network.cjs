// The Bluesky network of atproto.sh: node atproto-network.cjs PORT BYPASS FILE
// PORT is that of the account server; the addresses are written into FILE when all of it answers.
const fs = require('node:fs')
const net = require('node:net')

// It listens everywhere unless it is told not to.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...args) {
  const [first, ...rest] = args
  const port = typeof first === 'object' && first !== null ? first.port : first
  const host = typeof first === 'object' && first !== null ? first.host : typeof rest[0] === 'string'
  if (!Number.isInteger(Number(port)) || host) return listen.apply(this, args)
  const done = args.find((arg) => typeof arg === 'function')
  return listen.call(this, { port: Number(port), host: '127.0.0.1' }, done)
}
require('node:dns').setDefaultResultOrder('ipv4first')

const { TestNetwork, mockMailer } = require('@atproto/dev-env')
const [port, bypass, file] = process.argv.slice(2)

async function main() {
  const network = await TestNetwork.create({
    // Names of schemas hold letters only.
    dbPostgresSchema: 'gehoor',
    pds: {
      port: Number(port),
      hostname: 'localhost',
      enableDidDocWithSession: true,
      rateLimitsEnabled: true,
      rateLimitBypassKey: bypass,
    },
  })
  // Mails are written to the log instead of being sent.
  mockMailer(network.pds)
  const made = `"pds":"${network.pds.url}","appview":"${network.bsky.url}"`
  fs.writeFileSync(`${file}.new`, made)
  fs.renameSync(`${file}.new`, file)
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})

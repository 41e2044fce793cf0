// The network's own client for programs, told what to do line by line: node atproto-client.cjs PDS BYPASS
// Each line is JSON such as {"do":"post","as":"klant","text":"…"}; each is answered with a line {"ok":…} or {"error":"…"}.
const { AtpAgent, RichText } = require('@atproto/api')
const [service, bypass] = process.argv.slice(2)

// Its own requests do not count against the limits, so that a test hits them on purpose only.
const past = (...what) => {
  const request = new Request(...what)
  request.headers.set('x-ratelimit-bypass', bypass)
  return fetch(request)
}
const agents = new Map()
const agent = (name) => agents.get(name) ?? fail(`nobody is called ${name}`)
const fail = (why) => {
  throw new Error(why)
}

const deeds = {
  async account({ name }) {
    const made = new AtpAgent({ service, fetch: past })
    await made.createAccount({ handle: `${name}.test`, email: `${name}@example.test`, password: `wachtwoord-${name}` })
    await made.upsertProfile((profile) => ({ ...profile, displayName: name }))
    agents.set(name, made)
    return { did: made.session.did, handle: made.session.handle }
  },
  async app_password({ as }) {
    const made = await agent(as).com.atproto.server.createAppPassword({ name: 'gehoor' })
    return { password: made.data.password }
  },
  async post({ as, text, root, parent }) {
    const rich = new RichText({ text })
    await rich.detectFacets(agent(as))
    const reply = parent ? { root: root ?? parent, parent } : undefined
    return agent(as).post({ text: rich.text, facets: rich.facets, langs: ['nl'], reply })
  },
  // Many posts, by several people in turn, as `text` with its number.
  async posts({ as, text, from, count }) {
    const made = []
    for (let at = from; at < from + count; at += as.length) {
      const post = (name, turn) => agent(name).post({ text: text.replace('#', String(at + turn)), langs: ['nl'] })
      made.push(...(await Promise.all(as.slice(0, from + count - at).map(post))).map(({ uri }) => uri))
    }
    return made
  },
  async delete({ as, uri }) {
    await agent(as).deletePost(uri)
  },
  // What somebody who is logged in sees below a post: author, text and name of each answer.
  async answers({ as, uri }) {
    const { thread } = (await agent(as).getPostThread({ uri, depth: 10 })).data
    return (thread.replies ?? []).map(({ post }) => ({ by: post.author.handle, text: post.record.text, uri: post.uri, cid: post.cid }))
  },
  async found({ as, word }) {
    return (await agent(as).app.bsky.feed.searchPosts({ q: word, limit: 100 })).data.posts.map((post) => post.uri)
  },
  // Asks, as a stranger behind the same address, until the limit is reached.
  async exhaust({ most }) {
    for (let asked = 0; asked < most; asked += 20) {
      const ask = () => fetch(`${service}/xrpc/com.atproto.server.describeServer`)
      const answers = await Promise.all(Array.from({ length: 20 }, ask))
      await Promise.all(answers.map((answer) => answer.arrayBuffer()))
      const refused = answers.find((answer) => answer.status === 429)
      if (refused) return { asked: asked + 20, headers: Object.fromEntries(refused.headers) }
    }
    return { asked: most, headers: null }
  },
}

async function main() {
  for await (const line of require('node:readline').createInterface({ input: process.stdin })) {
    let answer
    try {
      const deed = JSON.parse(line)
      answer = { ok: (await deeds[deed.do](deed)) ?? null }
    } catch (error) {
      answer = { error: `${error?.message ?? error}` }
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
}

main()

// The scripts as they are loaded into Redis: each with the parts it shares put before it.

import LeveeRedis

/// One script for each transition, those that only look, and one that mends; put together from the files in `Scripts/`.
struct Scripts: Sendable {
    let open, submit, claim, finish, fail, beat, release, leave, cancel, remove, pause, tick: RedisScript
    let retry, purge, dead, list, empty, lead, overview, line, place, examine, repair: RedisScript
    let deliveries, delivered, redeliver, forget, messages, acknowledge, lists, blobs: RedisScript

    /// Puts the scripts together.
    ///
    /// - Parameter clock: The Lua source of the function `clock`; the server's time, unless a test makes time pass.
    init(clock: [UInt8] = PackageResources.clock_lua) {
        // Redis may refuse a submit and a retry when it is out of memory; all others run even then, so that a full Redis
        // drains. What many functions use stands outside the one in which these are made: a variable of the same function
        // is searched for among all those in use, whenever a function that uses it is made.
        func script(
            _ name: String,
            _ own: [UInt8],
            on base: [[UInt8]],
            with parts: [[UInt8]] = [],
            flags: String = "allow-oom"
        ) -> RedisScript {
            let shebang = flags.isEmpty ? "#!lua\n" : "#!lua flags=\(flags)\n"
            let open = Array("return (function()\n".utf8)
            let close = Array("end)()\n".utf8)
            return RedisScript(
                name: name,
                source: Array(([Array(shebang.utf8), clock] + base + [open] + parts + [own, close]).joined())
            )
        }
        let prelude = PackageResources.prelude_lua
        let figures = PackageResources.figures_lua
        let durations = PackageResources.durations_lua
        let accounts = PackageResources.accounts_lua
        let job = PackageResources.job_lua
        let reading = PackageResources.reading_lua
        let glance = PackageResources.glance_lua
        let change = PackageResources.change_lua
        let lineup = PackageResources.lineup_lua
        let promotion = PackageResources.promotion_lua
        let ending = PackageResources.ending_lua
        let burial = PackageResources.burial_lua
        let handback = PackageResources.handback_lua
        let removal = PackageResources.removal_lua
        let facts = PackageResources.facts_lua
        let intake = PackageResources.intake_lua
        let leasing = PackageResources.leasing_lua
        let sweep = PackageResources.sweep_lua
        let census = PackageResources.census_lua
        let schedule = PackageResources.schedule_lua
        let outbox = PackageResources.outbox_lua
        let examination = PackageResources.examination_lua
        // Most scripts are made of the same parts; those that each job comes through have no more than they need.
        let plain = [prelude]
        let keeping = [prelude, figures, accounts]
        let looking = [job, reading, glance]
        let changing = looking + [change, lineup, ending]
        let working = [durations, job, reading, change, lineup, promotion, ending]
        let delivering = looking + [change, removal, outbox]
        let mending = changing + [burial, facts, removal, census, outbox, examination]
        open = script("open", PackageResources.open_lua, on: plain)
        submit = script(
            "submit",
            PackageResources.submit_lua,
            on: [prelude, figures],
            with: [facts, intake],
            flags: ""
        )
        claim = script("claim", PackageResources.claim_lua, on: keeping, with: working + [leasing])
        finish = script("finish", PackageResources.finish_lua, on: keeping, with: working + [leasing])
        fail = script("fail", PackageResources.fail_lua, on: keeping, with: working + [burial])
        beat = script("beat", PackageResources.beat_lua, on: keeping, with: looking + [change])
        release = script("release", PackageResources.release_lua, on: keeping, with: changing + [handback])
        leave = script("leave", PackageResources.leave_lua, on: plain)
        cancel = script("cancel", PackageResources.cancel_lua, on: keeping, with: changing + [sweep])
        remove = script("remove", PackageResources.remove_lua, on: keeping, with: looking + [removal])
        pause = script("pause", PackageResources.pause_lua, on: [prelude, figures])
        tick = script(
            "tick",
            PackageResources.tick_lua,
            on: keeping,
            with: changing + [promotion, burial, handback, census, sweep]
        )
        retry = script(
            "retry",
            PackageResources.retry_lua,
            on: [prelude, figures],
            with: [facts, intake, reading],
            flags: ""
        )
        purge = script("purge", PackageResources.purge_lua, on: keeping, with: looking + [removal])
        dead = script("dead", PackageResources.dead_lua, on: plain, flags: "no-writes")
        list = script(
            "list",
            PackageResources.list_lua,
            on: keeping,
            with: looking + [census, schedule],
            flags: "no-writes"
        )
        empty = script("empty", PackageResources.empty_lua, on: keeping, with: changing + [schedule])
        lead = script("lead", PackageResources.lead_lua, on: plain)
        overview = script("overview", PackageResources.overview_lua, on: keeping, with: looking, flags: "no-writes")
        line = script("line", PackageResources.line_lua, on: keeping, with: looking, flags: "no-writes")
        place = script("place", PackageResources.place_lua, on: keeping, with: looking + [lineup], flags: "no-writes")
        examine = script("examine", PackageResources.examine_lua, on: keeping, with: mending, flags: "no-writes")
        repair = script("repair", PackageResources.repair_lua, on: keeping, with: mending)
        deliveries = script("deliveries", PackageResources.deliveries_lua, on: plain)
        delivered = script("delivered", PackageResources.delivered_lua, on: keeping, with: delivering)
        redeliver = script("redeliver", PackageResources.redeliver_lua, on: keeping, with: delivering)
        forget = script("forget", PackageResources.forget_lua, on: keeping, with: delivering)
        messages = script("messages", PackageResources.messages_lua, on: plain)
        acknowledge = script("acknowledge", PackageResources.acknowledge_lua, on: plain)
        lists = script("lists", PackageResources.lists_lua, on: plain, flags: "no-writes")
        blobs = script("blobs", PackageResources.blobs_lua, on: keeping, with: looking, flags: "no-writes")
    }
}

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
        // drains.
        func script(_ name: String, _ parts: [UInt8]..., flags: String = "allow-oom") -> RedisScript {
            let shebang = flags.isEmpty ? "#!lua\n" : "#!lua flags=\(flags)\n"
            return RedisScript(name: name, source: Array(([Array(shebang.utf8), clock] + parts).joined()))
        }
        let prelude = PackageResources.prelude_lua
        let leasing = PackageResources.leasing_lua
        let sweep = PackageResources.sweep_lua
        let intake = PackageResources.intake_lua
        let census = PackageResources.census_lua
        let schedule = PackageResources.schedule_lua
        let outbox = PackageResources.outbox_lua
        let examination = PackageResources.examination_lua
        open = script("open", prelude, PackageResources.open_lua)
        submit = script("submit", prelude, intake, PackageResources.submit_lua, flags: "")
        claim = script("claim", prelude, leasing, PackageResources.claim_lua)
        finish = script("finish", prelude, leasing, PackageResources.finish_lua)
        fail = script("fail", prelude, PackageResources.fail_lua)
        beat = script("beat", prelude, PackageResources.beat_lua)
        release = script("release", prelude, PackageResources.release_lua)
        leave = script("leave", prelude, PackageResources.leave_lua)
        cancel = script("cancel", prelude, sweep, PackageResources.cancel_lua)
        remove = script("remove", prelude, PackageResources.remove_lua)
        pause = script("pause", prelude, PackageResources.pause_lua)
        tick = script("tick", prelude, census, sweep, PackageResources.tick_lua)
        retry = script("retry", prelude, intake, PackageResources.retry_lua, flags: "")
        purge = script("purge", prelude, PackageResources.purge_lua)
        dead = script("dead", prelude, PackageResources.dead_lua, flags: "no-writes")
        list = script("list", prelude, census, schedule, PackageResources.list_lua, flags: "no-writes")
        empty = script("empty", prelude, schedule, PackageResources.empty_lua)
        lead = script("lead", prelude, PackageResources.lead_lua)
        overview = script("overview", prelude, PackageResources.overview_lua, flags: "no-writes")
        line = script("line", prelude, PackageResources.line_lua, flags: "no-writes")
        place = script("place", prelude, PackageResources.place_lua, flags: "no-writes")
        examine = script(
            "examine",
            prelude,
            census,
            outbox,
            examination,
            PackageResources.examine_lua,
            flags: "no-writes"
        )
        repair = script("repair", prelude, census, outbox, examination, PackageResources.repair_lua)
        deliveries = script("deliveries", prelude, PackageResources.deliveries_lua)
        delivered = script("delivered", prelude, outbox, PackageResources.delivered_lua)
        redeliver = script("redeliver", prelude, outbox, PackageResources.redeliver_lua)
        forget = script("forget", prelude, outbox, PackageResources.forget_lua)
        messages = script("messages", prelude, PackageResources.messages_lua)
        acknowledge = script("acknowledge", prelude, PackageResources.acknowledge_lua)
        lists = script("lists", prelude, PackageResources.lists_lua, flags: "no-writes")
        blobs = script("blobs", prelude, PackageResources.blobs_lua, flags: "no-writes")
    }
}

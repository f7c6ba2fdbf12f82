// What `levee check` shows.

import Testing

@testable import levee

@Suite("The outline of a configuration")
struct ConfigurationOutlineTests {
    @Test("shows every value, and the source of each that is not a default")
    func outline() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            """
            redis:
              url: redis://user:opensesame@redis.example:6380/2
            server:
              cors: {origins: ["HTTPS://App.Example.com:443"]}
            keys:
              web: {sha256: 2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824, tenant: shop}
            queues:
              images: {maxReady: 10, maxBytes: 1MiB, maxExpectedWait: 2m}
            jobs:
              resize:
                handler:
                  exec:
                    command: [convert, -resize, "a b", "-"]
                    environment: {TIER: "2", API_KEY: abc}
                queue: images
                accepts: [image/*, image/png]
              own:
                queue: elsewhere
                retries: {maxAttempts: 1}
                schema: {type: array, items: {type: integer, minimum: 1, maximum: 9}}
              told: {queue: elsewhere, schemaFile: told.json}

            """,
            to: "levee.yaml"
        )
        try folder.write("{ \"maxLength\": 5 }\n", to: "told.json")
        let loader = ConfigurationLoader(environment: ["LEVEE_SLOTS": "2"], file: file, flags: [.port: "9000"])
        var configuration = try loader.load()
        configuration.file = "levee.yaml"
        #expect(ConfigurationOutline(configuration).text == Self.expected)
    }

    private static let expected = """
        redis
          url                               redis://redis.example:6380/2 as user with a password levee.yaml:2
          clientName                        levee
          maxMemoryPercent                  90

        server
          host                              127.0.0.1
          port                              9000                          --port
          adminHost                         127.0.0.1
          adminPort                         10000
          publicUrl                         (the Host of each request)
          submitted                         202
          pending                           202
          done                              302
          drainDelay                        0s
          cors.origins                      ["https://app.example.com"]   levee.yaml:4
          cors.adminOrigins                 (none)
          insecure                          false
          limits.requestTimeout             1m
          limits.maxConnections             16384

        keys.web
          sha256                            2cf24dba5fb0a30e...           levee.yaml:6
          tenant                            shop                          levee.yaml:6
          scopes                            [read, submit]

        worker
          name                              (made up by each worker)
          slots                             2                             LEVEE_SLOTS
          deliveries                        8
          lease                             5s
          drainGrace                        25s
          healthHost                        127.0.0.1
          healthPort                        (none)
          queues                            [images]

        webhooks
          secrets                           (none: webhooks are not signed)
          allow                             (public addresses only)
          timeout                           15s
          retries.maxAttempts               15
          retries.base                      5s
          retries.cap                       6h

        blobs
          folder                            (none: all payloads and results lie in Redis)

        log
          level                             info
          format                            text

        queues.elsewhere
          maxReady                          (no limit)
          maxBytes                          (no limit)
          maxExpectedWait                   (no limit)
          concurrency                       (no limit)
          rate                              (no limit)

        queues.images
          maxReady                          10                            levee.yaml:8
          maxBytes                          1MiB                          levee.yaml:8
          maxExpectedWait                   2m                            levee.yaml:8
          concurrency                       (no limit)
          rate                              (no limit)

        jobs.own
          handler                           (a worker of your own)
          queue                             elsewhere                     levee.yaml:18
          accepts                           (any media type)
          schema                            {"type":"array","items":{"type":"integer","minimum":1,"maximum":9}} levee.yaml:20
          maxPayload                        1MiB
          maxResult                         8MiB
          timeout                           1m
          retries.maxAttempts               1                             levee.yaml:19
          retries.base                      1s
          retries.cap                       5m
          maxWait                           1d
          deadline                          (no limit)
          retention                         1d

        jobs.resize
          handler.exec.command              [convert, -resize, "a b", -]  levee.yaml:13
          handler.exec.resultType           application/octet-stream
          handler.exec.environment.API_KEY  (hidden)                      levee.yaml:14
          handler.exec.environment.TIER     "2"                           levee.yaml:14
          handler.exec.workingDirectory     (that of the worker)
          handler.exec.killGrace            5s
          handler.exec.memory               (no limit)
          handler.exec.cpuTime              (no limit)
          queue                             images                        levee.yaml:15
          accepts                           [image/*, image/png]          levee.yaml:16
          maxPayload                        1MiB
          maxResult                         8MiB
          timeout                           1m
          retries.maxAttempts               3
          retries.base                      1s
          retries.cap                       5m
          maxWait                           1d
          deadline                          (no limit)
          retention                         1d

        jobs.told
          handler                           (a worker of your own)
          queue                             elsewhere                     levee.yaml:21
          accepts                           (any media type)
          schemaFile                        {"maxLength":5}               levee.yaml:21
          maxPayload                        1MiB
          maxResult                         8MiB
          timeout                           1m
          retries.maxAttempts               3
          retries.base                      1s
          retries.cap                       5m
          maxWait                           1d
          deadline                          (no limit)
          retention                         1d

        """
}

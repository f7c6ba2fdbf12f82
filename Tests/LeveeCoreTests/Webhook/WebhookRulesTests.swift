// Which receivers there may be: by the form of the URL, and by the address.

import LeveeCore
import Testing

@Suite struct WebhookRulesTests {
    @Test(arguments: [
        "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1",
        "64:ff9b:1::1", "2002:a00:1::1", "2002:7f00:1::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
        "2001::1", "3fff::1", "::127.0.0.1", "100::1",
    ])
    func addressesThatAreNobodysToReachAreRefused(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!address.isGlobalUnicast)
        #expect(!WebhookRules().admits(address))
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "192.0.1.1", "198.20.0.1",
        "223.255.255.255",
        "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
    ])
    func publicAddressesAreNot(_ text: String) throws {
        #expect(WebhookRules().admits(try #require(IPAddress(text))))
    }

    @Test func whatIsAllowedIsAllowedAndNoMore() throws {
        let rules = WebhookRules(allowed: try ["127.0.0.0/8", "fd00::/8"].map { try #require(IPNetwork($0)) })
        for text in ["127.0.0.1", "::ffff:127.0.0.1", "fd12::1"] {
            #expect(rules.admits(try #require(IPAddress(text))), "\(text)")
        }
        for text in ["10.0.0.1", "::1", "fc00::1", "0.0.0.0"] {
            #expect(!rules.admits(try #require(IPAddress(text))), "\(text)")
        }
    }

    @Test func oneBadAddressOfANameIsEnough() throws {
        let (good, bad) = (try #require(IPAddress("93.184.216.34")), try #require(IPAddress("10.0.0.1")))
        #expect(try WebhookRules().choose(from: [good]) == good)
        #expect(throws: WebhookFault.address(bad)) { try WebhookRules().choose(from: [good, bad]) }
        #expect(throws: WebhookFault.address(bad)) { try WebhookRules().choose(from: [bad, good]) }
        #expect(throws: WebhookFault.unresolved) { try WebhookRules().choose(from: []) }
    }

    @Test(arguments: [
        "http://2130706433/", "http://017700000001/", "http://0177.0.0.1/", "http://0x7f.0.0.1/", "http://0x7f000001/",
        "http://127.1/", "http://1.2.3/", "http://127.0.0.1./", "http://256.1.1.1/", "http://a.1/",
    ])
    func hostsThatSomeTakeForAddressesAreRefused(_ url: String) {
        #expect(throws: WebhookFault.host) { try WebhookURL(url) }
    }

    @Test(arguments: [
        ("ftp://example.com/", WebhookFault.scheme), ("example.com/hook", .scheme), ("//example.com/", .scheme),
        ("http:/example.com/", .scheme), ("", .scheme), ("http://", .host), ("http:///path", .host),
        ("http://user@example.com/", .userInfo), ("http://a:b@10.0.0.1/", .userInfo),
        ("http://exa mple.com/", .characters),
        ("http://example.com/#part", .characters), ("http://example.com\\@10.0.0.1/", .characters),
        ("http://[::1", .host), ("http://[fe80::1%25eth0]/", .host), ("http://[10.0.0.1]/", .host),
        ("http://example.com:0/", .port), ("http://example.com:65536/", .port), ("http://example.com:/", .port),
        ("http://-a.com/", .host), ("http://a..com/", .host), ("http://%31%32%37.0.0.1/", .host),
        ("http://example.com/\u{e9}", .characters),
    ])
    func whatIsNoURLOfAReceiverIsRefused(_ url: String, _ fault: WebhookFault) {
        #expect(throws: fault) { try WebhookURL(url) }
    }

    @Test func aLongURLIsRefused() {
        #expect(throws: WebhookFault.tooLong) {
            try WebhookURL("http://example.com/" + String(repeating: "a", count: 2_048))
        }
    }

    @Test(arguments: [
        "http://127.0.0.1/", "http://169.254.169.254/latest/meta-data", "https://[::ffff:10.0.0.1]:8443/x",
        "http://[::1]/", "http://localhost/", "http://LOCALHOST:80/", "http://a.localhost/",
    ])
    func aHostThatIsABadAddressIsRefusedWithoutALookUp(_ url: String) throws {
        #expect(throws: WebhookFault.self) { try WebhookRules().check(url) }
        let all = WebhookRules(allowed: try ["0.0.0.0/0", "::/0"].map { try #require(IPNetwork($0)) })
        #expect(try all.check(url).text == url)
    }

    @Test(arguments: [
        "https://example.com", "http://example.com:8080/a?b=c", "https://[2606:4700::1111]/", "http://8.8.8.8/",
    ])
    func publicReceiversAreTaken(_ url: String) throws {
        #expect(try WebhookRules().check(url).text == url)
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0.1/8", "10.0.0/8", "::/129", "x", "10.0.0.0/", "10.0.0.0/+8", "fd00::/8/8"])
    func whatIsNoNetworkIsRefused(_ text: String) {
        #expect(IPNetwork(text) == nil)
    }

    @Test func networksHoldWhatBeginsAlike() throws {
        let network = try #require(IPNetwork("172.16.0.0/12"))
        #expect(network.contains(try #require(IPAddress("172.31.255.255"))))
        #expect(!network.contains(try #require(IPAddress("172.32.0.0"))))
        #expect(try #require(IPNetwork("127.0.0.1")).length == 32)
        #expect(network.description == "172.16.0.0/12")
    }
}

// Markup as a parser sees it that knows nothing of how it was written.

import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// A document, parsed as XML; that fails the test if it is none.
final class ParsedMarkup: NSObject, XMLParserDelegate {
    /// An element as it began.
    struct Element {
        var name: String
        var attributes: [String: String]
        /// All text in it, that of the elements in it too.
        var text = ""
    }

    private(set) var elements: [Element] = []
    private var open: [Int] = []

    init(_ document: String, at location: SourceLocation = #_sourceLocation) throws {
        super.init()
        let parser = XMLParser(data: Data(document.utf8))
        parser.delegate = self
        let isParsed = parser.parse()
        let problem =
            "line \(parser.lineNumber), column \(parser.columnNumber): \(String(describing: parser.parserError))"
        try #require(isParsed, "\(problem)", sourceLocation: location)
    }

    /// All elements of a name.
    func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

    /// All elements with a class.
    func marked(_ style: String) -> [Element] {
        elements.filter { $0.attributes["class"]?.split(separator: " ").contains(Substring(style)) == true }
    }

    func parser(
        _ parser: XMLParser,
        didStartElement name: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        open.append(elements.count)
        elements.append(Element(name: name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) {
        for index in open { elements[index].text += characters }
    }

    func parser(
        _ parser: XMLParser,
        didEndElement name: String,
        namespaceURI: String?,
        qualifiedName: String?
    ) {
        open.removeLast()
    }
}

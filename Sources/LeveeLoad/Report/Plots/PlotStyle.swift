// How plots look, in light and dark.

/// The rules for plots: inks that those with any kind of colour blindness can tell apart, and the frame. The inks are by Okabe
/// and Ito (Color Universal Design), darker on white and lighter on black, each with a contrast of at least 4.5 to 1.
enum PlotStyle {
    static let colors: StaticString = """
        :root{color-scheme:light dark;--paper:#fff;--text:#1d2226;--dim:#5b646c;--rule:#e3e6e9;--shade:#eef0f2;--ink1:#0067a8;\
        --ink2:#b94700;--ink3:#00785c;--ink4:#98397f;--ink5:#6d6000;--good:#00704a;--bad:#b3261e}
        @media (prefers-color-scheme:dark){:root{--paper:#14181b;--text:#e6e9ec;--dim:#9aa4ad;--rule:#2a3036;--shade:#1f252a;\
        --ink1:#62b8f0;--ink2:#f2a04e;--ink3:#37cfa1;--ink4:#e394cd;--ink5:#d8cb52;--good:#4fd39b;--bad:#ff8a80}}
        """

    static let rules: StaticString = """
        .plot{font:11px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--dim);overflow:visible}
        .plot .title{font-size:13px;font-weight:600;fill:var(--text)}
        .plot .unit{font-size:11px;font-weight:400;fill:var(--dim)}
        .plot .tick{font-variant-numeric:tabular-nums}
        .plot .grid{stroke:var(--rule)}
        .plot .axis{stroke:var(--dim)}
        .plot .mark{stroke:var(--dim);stroke-dasharray:2 3}
        .plot .marked{font-size:10.5px}
        .plot .gap{fill:var(--shade)}
        .plot .bar{fill:var(--ink1)}
        .plot .line{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
        .plot .dashed{stroke-width:1.3;stroke-dasharray:1 3.5}
        .plot .leader{stroke-width:.7;opacity:.6}
        .plot .name{font-weight:600}
        .plot path.ink1,.plot line.ink1{stroke:var(--ink1)}
        .plot path.ink2,.plot line.ink2{stroke:var(--ink2)}
        .plot path.ink3,.plot line.ink3{stroke:var(--ink3)}
        .plot path.ink4,.plot line.ink4{stroke:var(--ink4)}
        .plot path.ink5,.plot line.ink5{stroke:var(--ink5)}
        .plot text.ink1{fill:var(--ink1)}
        .plot text.ink2{fill:var(--ink2)}
        .plot text.ink3{fill:var(--ink3)}
        .plot text.ink4{fill:var(--ink4)}
        .plot text.ink5{fill:var(--ink5)}
        """
}

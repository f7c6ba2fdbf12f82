// How the page of a report looks.

/// The rules for the page; those for its plots stand by themselves.
enum PageStyle {
    static let rules: StaticString = """
        *{box-sizing:border-box}
        body{margin:0 auto;padding:24px 16px 48px;max-width:944px;background:var(--paper);color:var(--text);\
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        h1{margin:0;font-size:26px;line-height:1.25;overflow-wrap:anywhere}
        h2{margin:36px 0 8px;font-size:17px}
        p{margin:4px 0 8px}
        .kind,.facts,.note,figcaption{color:var(--dim)}
        .kind{margin:0;font-size:13px}
        .note,figcaption{font-size:13px}
        .verdict{margin:20px 0 0;padding:12px 16px;border-left:4px solid;border-radius:4px;background:var(--shade)}
        .verdict h2{margin:0 0 2px}
        .verdict ul{margin:0;padding-left:20px}
        .good{border-color:var(--good)}
        .good h2{color:var(--good)}
        .bad{border-color:var(--bad)}
        .bad h2{color:var(--bad)}
        .rates{display:flex;flex-wrap:wrap;gap:8px 32px;margin:0 0 16px}
        .rates dt{color:var(--dim);font-size:13px}
        .rates dd{margin:0;font-size:20px;font-weight:600;font-variant-numeric:tabular-nums}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
        th,td{padding:4px 20px 4px 0;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
        tr>:first-child{text-align:left;font-weight:400}
        thead th{color:var(--dim);font-weight:400}
        .facts th{color:var(--dim);vertical-align:top}
        .facts td{text-align:left;white-space:normal;overflow-wrap:anywhere}
        pre{margin:0;padding:10px 12px;background:var(--shade);border-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere;\
        font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
        figure{margin:0 0 20px}
        .plot{display:block;width:100%;height:auto}
        .narrow{display:none}
        @media screen and (max-width:640px){.wide{display:none}.narrow{display:block}.facts th{white-space:normal}}
        @media print{body{max-width:none;padding:0}figure,tr,.verdict{break-inside:avoid}h2{break-after:avoid}}
        """
}

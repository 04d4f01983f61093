/** The page's own style; colours come as variables for light and dark, `--ink`, `--paper` and those of the figures. */
export const writeStyle = ({light, dark}: {readonly light: string; readonly dark: string}): string => `
:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,'DejaVu Sans',Verdana,sans-serif}
main{max-width:1560px;margin:0 auto;padding:1.2rem 1.4rem 4rem}
h1{font-size:1.7rem;margin:.3rem 0}
h2{font-size:1.25rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
h3{font-size:1.02rem;margin:0 0 .3rem}
.mark{background:var(--red);color:var(--paper);font-weight:700;padding:.5rem .9rem;border-radius:.3rem;margin:.6rem 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.8rem 0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
nav{display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:.8rem 0}
a{color:var(--blue)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,44rem),1fr));gap:1.4rem;align-items:start}
figure{margin:0;border:1px solid var(--line);border-radius:.4rem;padding:.9rem 1rem;min-width:0}
figure svg{display:block;width:100%;max-width:720px;height:auto;margin:0 auto}
figcaption p{margin:.25rem 0;color:var(--soft);font-size:.88rem}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.85rem;margin:.4rem 0;font-variant-numeric:tabular-nums}
th,td{padding:.16rem .6rem;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap;vertical-align:top}
td.wrap{white-space:normal;min-width:16rem;overflow-wrap:anywhere}
th{color:var(--soft);font-weight:600}
.right{text-align:right}
summary{cursor:pointer;color:var(--soft);font-size:.88rem}
.remark,.files{color:var(--soft);font-size:.88rem;margin:.2rem 0;overflow-wrap:anywhere}
li{overflow-wrap:anywhere}
@media print{figure,table{break-inside:avoid}nav{display:none}}
`;

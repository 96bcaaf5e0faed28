<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About GPU Planner</source>
        <translation>关于 GPU Planner</translation>
    </message>
    <message>
        <source>Version {version}  ·  Qt {qt}  ·  Python {python}</source>
        <translation>版本 {version}  ·  Qt {qt}  ·  Python {python}</translation>
    </message>
    <message>
        <source>Will this fine-tune fit my GPU, how long will it take, and what is the cheapest change? Estimates are computed on this computer, from published formulae and measured rows.</source>
        <translation>这次微调能放进我的 GPU 吗？要多久？最省事的改法是什么？所有估算都在本机完成，依据公开的公式和实测数据。</translation>
    </message>
    <message>
        <source>GPU Planner: Apache License 2.0. Qt and PySide6: LGPL 3. Inter: SIL Open Font License 1.1. The Qwen profile is taken from the README of QwenLM/Qwen.</source>
        <translation>GPU Planner：Apache License 2.0。Qt 与 PySide6：LGPL 3。Inter：SIL Open Font License 1.1。Qwen 数据取自 QwenLM/Qwen 的 README。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>AccuracyBar</name>
    <message>
        <source>What is withheld</source>
        <translation>留出哪些数据</translation>
    </message>
    <message>
        <source>What is compared</source>
        <translation>比较什么</translation>
    </message>
    <message>
        <source>Qwen profile</source>
        <translation>Qwen 实测数据</translation>
    </message>
    <message>
        <source>This document</source>
        <translation>本文档</translation>
    </message>
    <message>
        <source>Which table is judged</source>
        <translation>评判哪张表</translation>
    </message>
    <message>
        <source>Charts</source>
        <translation>图表</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>Charts or tables</source>
        <translation>图表或表格</translation>
    </message>
    <message>
        <source>Errors by model and method, constants and switches</source>
        <translation>按模型和方法的误差、常数与开关</translation>
    </message>
</context>
<context>
    <name>AccuracyChartsPane</name>
    <message>
        <source>measured →</source>
        <translation>实测 →</translation>
    </message>
    <message>
        <source>Predicted against measured</source>
        <translation>预测与实测对照</translation>
    </message>
    <message>
        <source>Error by length, one panel per method</source>
        <translation>误差随长度的变化，每种方法一格</translation>
    </message>
    <message>
        <source>% of measured</source>
        <translation>占实测的 %</translation>
    </message>
    <message>
        <source>Predicted against measured, {n} cells. Worst: {worst}</source>
        <translation>预测与实测对照，{n} 个数据点。最差：{worst}</translation>
    </message>
    <message>
        <source>Error by length: {panels}</source>
        <translation>误差随长度的变化：{panels}</translation>
    </message>
    <message>
        <source>%, cells it can express</source>
        <translation>%，能表达的数据点</translation>
    </message>
    <message>
        <source>±10 %</source>
        <translation>±10 %</translation>
    </message>
    <message>
        <source>equal</source>
        <translation>相等</translation>
    </message>
</context>
<context>
    <name>AccuracyLink</name>
    <message>
        <source>Accuracy</source>
        <translation>准确度</translation>
    </message>
    <message>
        <source>Written to {folder}: {files}</source>
        <translation>已写入 {folder}：{files}</translation>
    </message>
    <message>
        <source>Export CSV</source>
        <translation>导出 CSV</translation>
    </message>
    <message>
        <source>Cells, figures, constants and switches as CSV files</source>
        <translation>数据点、指标、常数与开关，存为 CSV 文件</translation>
    </message>
    <message>
        <source>Row {n} is a row of the Qwen profile, which this window does not show. File, Open Qwen profile brings it.</source>
        <translation>第 {n} 行属于 Qwen 实测数据，本窗口没有显示。用“文件 → 打开 Qwen 实测数据”即可看到。</translation>
    </message>
    <message>
        <source>Export CSV: one file for each table</source>
        <translation>导出 CSV：每张表一个文件</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>{names} may be replaced. Go on?</source>
        <translation>{names} 可能会被替换。继续吗？</translation>
    </message>
</context>
<context>
    <name>AccuracyPage</name>
    <message>
        <source>Constants, switches and errors by group</source>
        <translation>常数、开关与分组误差</translation>
    </message>
    <message>
        <source>Figures and charts</source>
        <translation>数字与图表</translation>
    </message>
</context>
<context>
    <name>AccuracyWording</name>
    <message>
        <source>Physics only</source>
        <translation>仅物理模型</translation>
    </message>
    <message>
        <source>One cell withheld</source>
        <translation>留出一个数据点</translation>
    </message>
    <message>
        <source>One series withheld</source>
        <translation>留出一个系列</translation>
    </message>
    <message>
        <source>One model withheld</source>
        <translation>留出一个模型</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>显存</translation>
    </message>
    <message>
        <source>Step time</source>
        <translation>每步时间</translation>
    </message>
    <message>
        <source>Nothing is learned from this table.</source>
        <translation>不从这张表学习任何东西。</translation>
    </message>
    <message>
        <source>Each cell is predicted without having been seen.</source>
        <translation>每个数据点都在未见过的情况下预测。</translation>
    </message>
    <message>
        <source>Each series is predicted without having been seen.</source>
        <translation>每个系列都在未见过的情况下预测。</translation>
    </message>
    <message>
        <source>Each model is predicted without having been seen.</source>
        <translation>每个模型都在未见过的情况下预测。</translation>
    </message>
    <message>
        <source>Physics with its shipped constants.</source>
        <translation>物理模型加内置常数。</translation>
    </message>
    <message>
        <source>The estimator learns from all other cells: as near as a row of your own series.</source>
        <translation>估算器从其余所有数据点学习：相当于你自己系列里有一行实测。</translation>
    </message>
    <message>
        <source>A series is all lengths of one model × method; the estimator learns from all others.</source>
        <translation>一个系列是同一模型 × 方法的所有长度；估算器从其余系列学习。</translation>
    </message>
    <message>
        <source>All rows of one model size are withheld; the estimator learns from the other models.</source>
        <translation>同一模型大小的所有行都留出；估算器从其他模型学习。</translation>
    </message>
    <message>
        <source>The shipped constants were fitted to the Qwen profile or chosen with sight of it, so on the profile physics only is a fit, not a forecast; withholding starts from the same constants.</source>
        <translation>内置常数是对 Qwen 实测数据拟合或参照它选定的，因此在这份数据上“仅物理模型”是拟合而非预言；留出时也从同样的常数出发。</translation>
    </message>
    <message>
        <source>The same figures: gpuplanner accuracy --calibration {name}</source>
        <translation>同样的数字：gpuplanner accuracy --calibration {name}</translation>
    </message>
    <message>
        <source>straight line through two lengths: {n}</source>
        <translation>过两个长度的直线：{n}</translation>
    </message>
    <message>
        <source>two measurements of the same cell differ by {n} %</source>
        <translation>同一数据点的两次测量相差 {n} %</translation>
    </message>
    <message>
        <source>{signed} % signed, over {n} cells</source>
        <translation>带符号 {signed} %，共 {n} 个数据点</translation>
    </message>
    <message>
        <source>Physics only, without the named corrections: {n}, worst {worst}</source>
        <translation>仅物理模型、不用具名校正：{n}，最差 {worst}</translation>
    </message>
    <message>
        <source>average error</source>
        <translation>平均误差</translation>
    </message>
    <message>
        <source>worst cell</source>
        <translation>最差数据点</translation>
    </message>
    <message>
        <source>half-width {n} (median)</source>
        <translation>半宽 {n}（中位数）</translation>
    </message>
    <message>
        <source>inside the 90 % range</source>
        <translation>落在 90 % 区间内</translation>
    </message>
    <message>
        <source>out-of-memory cases said “does not fit”</source>
        <translation>显存不足的情形判为“放不下”</translation>
    </message>
    <message>
        <source>none in this table</source>
        <translation>此表中没有</translation>
    </message>
    <message>
        <source>no false green</source>
        <translation>没有误判为可行</translation>
    </message>
    <message>
        <source>said to be possible: {rows}</source>
        <translation>判为可行：{rows}</translation>
    </message>
    <message>
        <source>measured cells said “does not fit”</source>
        <translation>实测可行的却判为“放不下”</translation>
    </message>
    <message>
        <source>no false red</source>
        <translation>没有误判为不可行</translation>
    </message>
    <message>
        <source>{model} {method}, {length} tokens</source>
        <translation>{model} {method}，{length} tokens</translation>
    </message>
    <message>
        <source>{cell}, {n} GPUs</source>
        <translation>{cell}，{n} 张 GPU</translation>
    </message>
    <message>
        <source>average {n}</source>
        <translation>平均 {n}</translation>
    </message>
    <message>
        <source>s per step</source>
        <translation>秒 / 步</translation>
    </message>
    <message>
        <source>Row {row}, {origin}: {cell}
measured {measured}, predicted {predicted} {unit}
error {error} %</source>
        <translation>第 {row} 行，{origin}：{cell}
实测 {measured}，预测 {predicted} {unit}
误差 {error} %</translation>
    </message>
    <message>
        <source>{unit}, both axes logarithmic</source>
        <translation>{unit}，两轴均为对数</translation>
    </message>
    <message>
        <source>{origin}, 1 cell</source>
        <translation>{origin}，1 个数据点</translation>
    </message>
    <message>
        <source>{origin}, {n} cells</source>
        <translation>{origin}，{n} 个数据点</translation>
    </message>
    <message>
        <source>Average error on the same {n} cells</source>
        <translation>同样 {n} 个数据点上的平均误差</translation>
    </message>
    <message>
        <source>straight line through two lengths</source>
        <translation>过两个长度的直线</translation>
    </message>
    <message>
        <source>rule of thumb</source>
        <translation>经验法则</translation>
    </message>
    <message>
        <source>GPU Planner, physics only</source>
        <translation>GPU Planner，仅物理模型</translation>
    </message>
    <message>
        <source>GPU Planner, cell withheld</source>
        <translation>GPU Planner，留出数据点</translation>
    </message>
    <message>
        <source>GPU Planner, series withheld</source>
        <translation>GPU Planner，留出系列</translation>
    </message>
    <message>
        <source>GPU Planner, model withheld</source>
        <translation>GPU Planner，留出模型</translation>
    </message>
    <message>
        <source>No physics: each cell from a straight line through the two nearest lengths of its own series, so it needs measurements of the same model and method.</source>
        <translation>没有物理模型：每个数据点由本系列中最近的两个长度连成直线得出，因此需要同一模型、同一方法的实测。</translation>
    </message>
    <message>
        <source>{s} s for one estimate</source>
        <translation>每次估算 {s} 秒</translation>
    </message>
    <message>
        <source>{source}; run with its own code on {date}, its figures read as GB</source>
        <translation>{source}；{date} 用其自身代码运行，数字按 GB 解读</translation>
    </message>
    <message>
        <source>No peak memory was measured in this table.</source>
        <translation>此表中没有实测的显存峰值。</translation>
    </message>
    <message>
        <source>No step time was measured in this table.</source>
        <translation>此表中没有实测的每步时间。</translation>
    </message>
    <message>
        <source>1 row cannot be expressed and is not judged: row {row}, {reason}</source>
        <translation>有 1 行无法表达，不参与评判：第 {row} 行，{reason}</translation>
    </message>
    <message>
        <source>{n} rows cannot be expressed and are not judged, the first is row {row}: {reason}</source>
        <translation>有 {n} 行无法表达，不参与评判，首先是第 {row} 行：{reason}</translation>
    </message>
    <message>
        <source>One measured row alone teaches nothing: this is physics only.</source>
        <translation>只有一行实测，学不到东西：这里仅用物理模型。</translation>
    </message>
    <message>
        <source>All rows are of one model: with it withheld this is physics only.</source>
        <translation>所有行都属于同一模型：留出后只剩物理模型。</translation>
    </message>
    <message>
        <source>{n} of {total}</source>
        <translation>{n} / {total}</translation>
    </message>
    <message>
        <source>row {rows}</source>
        <translation>第 {rows} 行</translation>
    </message>
    <message>
        <source>rows {rows}</source>
        <translation>第 {rows} 行</translation>
    </message>
</context>
<context>
    <name>AlertsDialog</name>
    <message>
        <source>Alerts</source>
        <translation>提醒</translation>
    </message>
    <message>
        <source>Memory in use above</source>
        <translation>已用显存超过</translation>
    </message>
    <message>
        <source>Percent of the memory</source>
        <translation>显存的百分比</translation>
    </message>
    <message>
        <source>Temperature above</source>
        <translation>温度超过</translation>
    </message>
    <message>
        <source>Degrees Celsius</source>
        <translation>摄氏度</translation>
    </message>
    <message>
        <source>The card slows down (heat, power)</source>
        <translation>显卡降频（过热、功耗）</translation>
    </message>
    <message>
        <source>A card is lost</source>
        <translation>显卡丢失</translation>
    </message>
    <message>
        <source>Say it quietly, once each time, while GPU Planner runs:</source>
        <translation>GPU Planner 运行时，每种情况安静地提示一次：</translation>
    </message>
    <message>
        <source>The cards are read all the while that an alert is on.</source>
        <translation>只要开启了任一提醒，就会一直读取显卡。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>AlertsLink</name>
    <message>
        <source>&amp;Monitor</source>
        <translation>监控(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Alerts…</source>
        <translation>提醒(&amp;A)…</translation>
    </message>
    <message>
        <source>Alerts…</source>
        <translation>提醒…</translation>
    </message>
</context>
<context>
    <name>BenchmarkTableModel</name>
    <message>
        <source>edit {column} of row {row}</source>
        <translation>编辑第 {row} 行的“{column}”</translation>
    </message>
    <message>
        <source>{column} not {value}</source>
        <translation>{column} 不为 {value}</translation>
    </message>
    <message>
        <source>{column} {value}</source>
        <translation>{column} {value}</translation>
    </message>
    <message>
        <source>GiB per GPU</source>
        <translation>GiB / 卡</translation>
    </message>
    <message>
        <source>GB per GPU</source>
        <translation>GB / 卡</translation>
    </message>
    <message>
        <source>GiB, all GPUs</source>
        <translation>GiB，所有 GPU</translation>
    </message>
    <message>
        <source>as written</source>
        <translation>按原文</translation>
    </message>
    <message>
        <source>typed as {text}</source>
        <translation>键入为 {text}</translation>
    </message>
    <message>
        <source>{model}, {method}, {gpus} × {gpu}, sharding {sharding}, {length} tokens</source>
        <translation>{model}，{method}，{gpus} × {gpu}，切分 {sharding}，{length} tokens</translation>
    </message>
</context>
<context>
    <name>CardDetails</name>
    <message>
        <source>Copy details</source>
        <translation>复制详情</translation>
    </message>
</context>
<context>
    <name>CardPanel</name>
    <message>
        <source>Clocks, P-state, fan, energy, ECC, PCIe, MIG</source>
        <translation>频率、P 状态、风扇、能耗、ECC、PCIe、MIG</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Details of {card}</source>
        <translation>{card} 的详情</translation>
    </message>
    <message>
        <source>{unit} free</source>
        <translation>{unit} 空闲</translation>
    </message>
    <message>
        <source>{free} {unit} free; {parts}</source>
        <translation>空闲 {free} {unit}；{parts}</translation>
    </message>
    <message>
        <source>In use = total − free − reserved by the driver, as nvidia-smi counts it.</source>
        <translation>已用 = 总量 − 空闲 − 驱动保留，与 nvidia-smi 的算法相同。</translation>
    </message>
</context>
<context>
    <name>CardRows</name>
    <message>
        <source>Cards</source>
        <translation>显卡</translation>
    </message>
</context>
<context>
    <name>CardWords</name>
    <message>
        <source>GPU {n}</source>
        <translation>GPU {n}</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>{busy} % busy, {celsius} °C, {watts} W</source>
        <translation>占用 {busy} %，{celsius} °C，{watts} W</translation>
    </message>
    <message>
        <source>reserved</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>others</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>已用</translation>
    </message>
    <message>
        <source>my trial</source>
        <translation>我的试跑</translation>
    </message>
    <message>
        <source>{free} of {total} {unit} free</source>
        <translation>空闲 {free} / {total} {unit}</translation>
    </message>
    <message>
        <source>of {n}</source>
        <translation>/ {n}</translation>
    </message>
    <message>
        <source>MIG, 1 part</source>
        <translation>MIG，1 个分区</translation>
    </message>
    <message>
        <source>MIG, {n} parts</source>
        <translation>MIG，{n} 个分区</translation>
    </message>
    <message>
        <source>PCIe {generation} ×{width}</source>
        <translation>PCIe {generation} ×{width}</translation>
    </message>
    <message>
        <source>Power cap</source>
        <translation>功率上限</translation>
    </message>
    <message>
        <source>Hardware slowdown</source>
        <translation>硬件降频</translation>
    </message>
    <message>
        <source>Heat</source>
        <translation>过热</translation>
    </message>
    <message>
        <source>Power brake</source>
        <translation>功率制动</translation>
    </message>
    <message>
        <source>Board limit</source>
        <translation>板卡限制</translation>
    </message>
    <message>
        <source>Voltage limit</source>
        <translation>电压限制</translation>
    </message>
    <message>
        <source> It runs at {n} of {most} MHz.</source>
        <translation>当前频率 {n} / {most} MHz。</translation>
    </message>
    <message>
        <source>Slowed by: {words}.</source>
        <translation>降频原因：{words}。</translation>
    </message>
    <message>
        <source>gen {generation} ×{width}</source>
        <translation>第 {generation} 代 ×{width}</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>PCIe link</source>
        <translation>PCIe 链路</translation>
    </message>
    <message>
        <source>Compute capability</source>
        <translation>计算能力</translation>
    </message>
    <message>
        <source>PCI address</source>
        <translation>PCI 地址</translation>
    </message>
    <message>
        <source>UUID</source>
        <translation>UUID</translation>
    </message>
    <message>
        <source>{n} of {most} MHz</source>
        <translation>{n} / {most} MHz</translation>
    </message>
    <message>
        <source>Read only where it is asked for: menu “More”.</source>
        <translation>仅在需要时读取：见菜单“更多”。</translation>
    </message>
    <message>
        <source>{used} of {total} {unit} in use</source>
        <translation>已用 {used} / {total} {unit}</translation>
    </message>
    <message>
        <source>GI {gi}, CI {ci}</source>
        <translation>GI {gi}，CI {ci}</translation>
    </message>
</context>
<context>
    <name>CellDelegate</name>
    <message>
        <source>not said</source>
        <translation>未说明</translation>
    </message>
</context>
<context>
    <name>CellWriting</name>
    <message>
        <source>Cancelled: no cell was written.</source>
        <translation>已取消：未写入任何单元格。</translation>
    </message>
    <message>
        <source>The table changed while cells were being written; none of them was. Do it again.</source>
        <translation>写入单元格时表格发生了变化，未写入任何单元格。请重做一次。</translation>
    </message>
    <message>
        <source>Writing {n} cells: {percent} %, Escape cancels</source>
        <translation>正在写入 {n} 个单元格：{percent} %，按 Esc 键取消</translation>
    </message>
</context>
<context>
    <name>ChangeRow</name>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Alt+{n}</source>
        <translation>Alt+{n}</translation>
    </message>
    <message>
        <source>Apply: {change}</source>
        <translation>应用：{change}</translation>
    </message>
</context>
<context>
    <name>ChangeWording</name>
    <message>
        <source>{amount} free</source>
        <translation>{amount} 空闲</translation>
    </message>
    <message>
        <source>same time</source>
        <translation>时间不变</translation>
    </message>
    <message>
        <source>time ×{factor}</source>
        <translation>时间 ×{factor}</translation>
    </message>
    <message>
        <source>Change {n}: {title}, {saving}, {cost}; then: {verdict}</source>
        <translation>改法 {n}：{title}，{saving}，{cost}；之后：{verdict}</translation>
    </message>
    <message>
        <source>Apply “{title}”</source>
        <translation>应用“{title}”</translation>
    </message>
    <message>
        <source>fuse the loss</source>
        <translation>融合损失</translation>
    </message>
    <message>
        <source>do not fuse the loss</source>
        <translation>不融合损失</translation>
    </message>
    <message>
        <source>checkpointing on</source>
        <translation>开启梯度检查点</translation>
    </message>
    <message>
        <source>checkpointing off</source>
        <translation>关闭梯度检查点</translation>
    </message>
    <message>
        <source>another GPU: {gpu}</source>
        <translation>另一种 GPU：{gpu}</translation>
    </message>
    <message>
        <source>smaller model: {model}</source>
        <translation>更小的模型：{model}</translation>
    </message>
    <message>
        <source>rank {old} → {new}</source>
        <translation>秩 {old} → {new}</translation>
    </message>
    <message>
        <source>rank {new}</source>
        <translation>秩 {new}</translation>
    </message>
    <message>
        <source>{field} {old} → {new}</source>
        <translation>{field} {old} → {new}</translation>
    </message>
    <message>
        <source>offload the optimizer</source>
        <translation>卸载优化器</translation>
    </message>
    <message>
        <source>offload the parameters</source>
        <translation>卸载参数</translation>
    </message>
    <message>
        <source>no offload</source>
        <translation>不卸载</translation>
    </message>
    <message>
        <source>a weaker model</source>
        <translation>模型更弱</translation>
    </message>
    <message>
        <source>fewer splits</source>
        <translation>切分更少</translation>
    </message>
    <message>
        <source>more splits</source>
        <translation>切分更多</translation>
    </message>
    <message>
        <source>no sample is longer</source>
        <translation>没有更长的样本</translation>
    </message>
    <message>
        <source>cuts {share}</source>
        <translation>截断 {share}</translation>
    </message>
    <message>
        <source>longer samples fit</source>
        <translation>可容纳更长样本</translation>
    </message>
    <message>
        <source>cuts samples</source>
        <translation>截断样本</translation>
    </message>
    <message>
        <source>desktop holds {amount}</source>
        <translation>桌面占用 {amount}</translation>
    </message>
    <message>
        <source>others hold {amount}</source>
        <translation>其他占用 {amount}</translation>
    </message>
    <message>
        <source>needs that card</source>
        <translation>需要那种显卡</translation>
    </message>
    <message>
        <source>needs {n} GPUs</source>
        <translation>需要 {n} 张 GPU</translation>
    </message>
    <message>
        <source>same result</source>
        <translation>结果相同</translation>
    </message>
    <message>
        <source>Display on another GPU</source>
        <translation>显示接到另一张 GPU</translation>
    </message>
    <message>
        <source>Close other programs on the GPU</source>
        <translation>关闭 GPU 上的其他程序</translation>
    </message>
    <message>
        <source>card of {amount}</source>
        <translation>{amount} 的显卡</translation>
    </message>
    <message>
        <source>same gradients</source>
        <translation>梯度相同</translation>
    </message>
    <message>
        <source>other weights</source>
        <translation>权重不同</translation>
    </message>
    <message>
        <source>adapts fewer layers</source>
        <translation>适配的层更少</translation>
    </message>
    <message>
        <source>less exact</source>
        <translation>精度较低</translation>
    </message>
</context>
<context>
    <name>ChartLink</name>
    <message>
        <source>Copy the chart</source>
        <translation>复制图表</translation>
    </message>
    <message>
        <source>Save as PNG…</source>
        <translation>存为 PNG…</translation>
    </message>
    <message>
        <source>Save as SVG…</source>
        <translation>存为 SVG…</translation>
    </message>
    <message>
        <source>Saved: {where}</source>
        <translation>已保存：{where}</translation>
    </message>
    <message>
        <source>Save the chart</source>
        <translation>保存图表</translation>
    </message>
</context>
<context>
    <name>ChartWordsOfTrial</name>
    <message>
        <source>load</source>
        <translation>加载</translation>
    </message>
    <message>
        <source>forward</source>
        <translation>前向</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>backward</source>
        <translation>反向</translation>
    </message>
    <message>
        <source>optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>adapters</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>gradients</source>
        <translation>梯度</translation>
    </message>
    <message>
        <source>activations</source>
        <translation>激活</translation>
    </message>
    <message>
        <source>logits</source>
        <translation>logits</translation>
    </message>
    <message>
        <source>temporaries</source>
        <translation>临时量</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV 缓存</translation>
    </message>
    <message>
        <source>import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>build</source>
        <translation>构建</translation>
    </message>
    <message>
        <source>warm-up</source>
        <translation>预热</translation>
    </message>
    <message>
        <source>train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>One step: dry run over the predicted phases</source>
        <translation>单步：空跑叠加在预测的各阶段上</translation>
    </message>
    <message>
        <source>One step: measured over the predicted phases</source>
        <translation>单步：实测叠加在预测的各阶段上</translation>
    </message>
    <message>
        <source>{unit} allocated</source>
        <translation>已分配 {unit}</translation>
    </message>
    <message>
        <source>predicted {n}</source>
        <translation>预测 {n}</translation>
    </message>
    <message>
        <source>dry run {n}</source>
        <translation>空跑 {n}</translation>
    </message>
    <message>
        <source>measured peak {n}</source>
        <translation>实测峰值 {n}</translation>
    </message>
    <message>
        <source>At the peak, {phase}:</source>
        <translation>峰值处，{phase}：</translation>
    </message>
    <message>
        <source>{unit} on the device (NVML)</source>
        <translation>设备显存 {unit}（NVML）</translation>
    </message>
    <message>
        <source>{unit} allocated, by phase</source>
        <translation>已分配 {unit}，按阶段</translation>
    </message>
    <message>
        <source>Whole run</source>
        <translation>全过程</translation>
    </message>
    <message>
        <source>device {n}</source>
        <translation>设备 {n}</translation>
    </message>
    <message>
        <source>allocated {n}</source>
        <translation>已分配 {n}</translation>
    </message>
    <message>
        <source>Step time</source>
        <translation>每步时间</translation>
    </message>
    <message>
        <source>s per step</source>
        <translation>秒 / 步</translation>
    </message>
    <message>
        <source>median {n}</source>
        <translation>中位数 {n}</translation>
    </message>
    <message>
        <source>a dry run says nothing about time</source>
        <translation>空跑不反映时间</translation>
    </message>
</context>
<context>
    <name>ClosingGuard</name>
    <message>
        <source>A trial is running.</source>
        <translation>试跑正在进行。</translation>
    </message>
    <message>
        <source>Closing stops it; what was measured until then is kept as a row.</source>
        <translation>关闭会停止试跑；已测得的内容会存为一行。</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>停止并关闭</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>ColumnFilter</name>
    <message>
        <source>All</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>None</source>
        <translation>全不选</translation>
    </message>
    <message>
        <source>Only empty</source>
        <translation>仅空白</translation>
    </message>
    <message>
        <source>Not empty</source>
        <translation>非空白</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>Filter {column}</source>
        <translation>筛选“{column}”</translation>
    </message>
    <message>
        <source>Looking through the rows …</source>
        <translation>正在查看各行…</translation>
    </message>
    <message>
        <source>Find in {n} values</source>
        <translation>在 {n} 个值中查找</translation>
    </message>
    <message>
        <source>The range ends before it begins.</source>
        <translation>范围的终点小于起点。</translation>
    </message>
    <message>
        <source>Nothing is ticked: no row would be shown.</source>
        <translation>没有勾选任何值：不会显示任何行。</translation>
    </message>
    <message>
        <source>No value has that in it.</source>
        <translation>没有包含该文本的值。</translation>
    </message>
    <message>
        <source>The first {n} of {total} values; search for others.</source>
        <translation>显示 {total} 个值中的前 {n} 个；其他值请查找。</translation>
    </message>
    <message>
        <source>Find a value</source>
        <translation>查找值</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>Lowest number</source>
        <translation>最小值</translation>
    </message>
    <message>
        <source>to</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Highest number</source>
        <translation>最大值</translation>
    </message>
</context>
<context>
    <name>ColumnsMenu</name>
    <message>
        <source>F&amp;ilter this column…</source>
        <translation>筛选此列(&amp;I)…</translation>
    </message>
    <message>
        <source>&amp;Freeze up to this column</source>
        <translation>冻结到此列(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Unfreeze</source>
        <translation>取消冻结(&amp;U)</translation>
    </message>
    <message>
        <source>As many as fit</source>
        <translation>尽可能多</translation>
    </message>
</context>
<context>
    <name>CompareLink</name>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>&amp;Compare</source>
        <translation>比较(&amp;C)</translation>
    </message>
    <message>
        <source>Pin this plan and compare ({keys})</source>
        <translation>固定此方案并比较（{keys}）</translation>
    </message>
    <message>
        <source>Back to plan A</source>
        <translation>回到方案 A</translation>
    </message>
</context>
<context>
    <name>CompareWindow</name>
    <message>
        <source>Compare – GPU Planner</source>
        <translation>比较 – GPU Planner</translation>
    </message>
    <message>
        <source>The plan has no estimate yet. When it has one, it is pinned as A.</source>
        <translation>此方案还没有估算结果；一有结果就固定为 A。</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Pin this plan as A</source>
        <translation>将此方案固定为 A</translation>
    </message>
    <message>
        <source>The plan in the form becomes A</source>
        <translation>表单中的方案成为 A</translation>
    </message>
    <message>
        <source>Back to A</source>
        <translation>回到 A</translation>
    </message>
    <message>
        <source>The form holds A again; this can be undone</source>
        <translation>表单恢复为 A；可以撤销</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>CompareWording</name>
    <message>
        <source>as it stands</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>last valid plan</source>
        <translation>上一个有效方案</translation>
    </message>
    <message>
        <source>What explains it</source>
        <translation>差异由何而来</translation>
    </message>
    <message>
        <source>s per sample</source>
        <translation>秒 / 样本</translation>
    </message>
    <message>
        <source>pinned</source>
        <translation>已固定</translation>
    </message>
    <message>
        <source>Peak by part, {unit}</source>
        <translation>各部分峰值，{unit}</translation>
    </message>
    <message>
        <source>A, {plan}: {word}, {figure}</source>
        <translation>A，{plan}：{word}，{figure}</translation>
    </message>
    <message>
        <source>B, {plan}: {word}, {figure}</source>
        <translation>B，{plan}：{word}，{figure}</translation>
    </message>
    <message>
        <source>measured in row {n}</source>
        <translation>第 {n} 行实测</translation>
    </message>
    <message>
        <source>90 % range {low}–{high}</source>
        <translation>90 % 区间 {low}–{high}</translation>
    </message>
    <message>
        <source>{s} s per token</source>
        <translation>{s} 秒 / token</translation>
    </message>
    <message>
        <source>{s} s per step of {n}</source>
        <translation>{s} 秒 / 步，每步 {n}</translation>
    </message>
    <message>
        <source>s per token</source>
        <translation>秒 / token</translation>
    </message>
    <message>
        <source>s per step</source>
        <translation>秒 / 步</translation>
    </message>
    <message>
        <source>Nothing differs that counts. Change the plan: the window follows.</source>
        <translation>没有影响结果的差异。更改方案，窗口会随之更新。</translation>
    </message>
    <message>
        <source>With it: {changes}</source>
        <translation>同时：{changes}</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>合计</translation>
    </message>
</context>
<context>
    <name>CorrectionDialog</name>
    <message>
        <source>Show correction</source>
        <translation>查看校正</translation>
    </message>
    <message>
        <source>Name of the correction</source>
        <translation>校正名称</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>名称(&amp;N)</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
</context>
<context>
    <name>CorrectionLink</name>
    <message>
        <source>There is no row to learn from.</source>
        <translation>没有可供学习的行。</translation>
    </message>
    <message>
        <source>Nothing was measured, so there is nothing to learn from.</source>
        <translation>没有实测数据，因此无从学习。</translation>
    </message>
    <message>
        <source>Nothing can be learned from these rows.</source>
        <translation>从这些行学不到东西。</translation>
    </message>
    <message>
        <source>There is no trial in the table yet. Run one, or bring those of another document.</source>
        <translation>表中还没有试跑。先做一次，或从别的文档带入。</translation>
    </message>
    <message>
        <source>switch on {name}</source>
        <translation>启用 {name}</translation>
    </message>
    <message>
        <source>switch off {name}</source>
        <translation>停用 {name}</translation>
    </message>
    <message>
        <source>remove {name}</source>
        <translation>移除 {name}</translation>
    </message>
    <message>
        <source>All trials of {name} are here already.</source>
        <translation>{name} 的试跑都已在此。</translation>
    </message>
    <message>
        <source>bring trials from {name}</source>
        <translation>从 {name} 带入试跑</translation>
    </message>
    <message>
        <source>1 row of a trial came from {name}</source>
        <translation>从 {name} 带入了 1 行试跑</translation>
    </message>
    <message>
        <source>{n} rows of trials came from {name}</source>
        <translation>从 {name} 带入了 {n} 行试跑</translation>
    </message>
    <message>
        <source>Show correction</source>
        <translation>查看校正</translation>
    </message>
    <message>
        <source>apply correction {name}</source>
        <translation>应用校正 {name}</translation>
    </message>
    <message>
        <source>Learn from all &amp;measured rows…</source>
        <translation>从所有实测行学习(&amp;M)…</translation>
    </message>
    <message>
        <source>Correct&amp;ions</source>
        <translation>校正(&amp;I)</translation>
    </message>
    <message>
        <source>Learn from my &amp;trials…</source>
        <translation>从我的试跑学习(&amp;T)…</translation>
    </message>
    <message>
        <source>&amp;Bring trials from…</source>
        <translation>带入试跑(&amp;B)…</translation>
    </message>
    <message>
        <source>None yet: learn from rows or trials</source>
        <translation>还没有：先从实测行或试跑学习</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>移除(&amp;R)</translation>
    </message>
    <message>
        <source>GPU Planner document (*.gpuplan)</source>
        <translation>GPU Planner 文档 (*.gpuplan)</translation>
    </message>
    <message>
        <source>Bring trials from</source>
        <translation>带入试跑</translation>
    </message>
</context>
<context>
    <name>CorrectionView</name>
    <message>
        <source>error before</source>
        <translation>校正前误差</translation>
    </message>
    <message>
        <source>after</source>
        <translation>校正后</translation>
    </message>
</context>
<context>
    <name>CorrectionWords</name>
    <message>
        <source>Correction from {what}</source>
        <translation>来自 {what}的校正</translation>
    </message>
    <message>
        <source>before</source>
        <translation>校正前</translation>
    </message>
    <message>
        <source>after</source>
        <translation>校正后</translation>
    </message>
    <message>
        <source>No other measured row is near enough to check it on. A second trial at another length would tell how well it carries.</source>
        <translation>没有足够接近的其他实测行可供检验。再试跑一个长度，就能看出它适用到何种程度。</translation>
    </message>
    <message>
        <source>Trial of {date}</source>
        <translation>{date} 的试跑</translation>
    </message>
    <message>
        <source>{what}, {date}</source>
        <translation>{what}，{date}</translation>
    </message>
    <message>
        <source>Learned from rows of the table. They stay as they are; the correction can be switched off.</source>
        <translation>从表中的行学得。行本身保持不变；校正可以停用。</translation>
    </message>
    <message>
        <source>{row}: out of memory on {size}</source>
        <translation>{row}：{size} 上显存不足</translation>
    </message>
    <message>
        <source>{row}: measured {measured}, estimated {predicted} ({error} %)</source>
        <translation>{row}：实测 {measured}，估算 {predicted}（{error} %）</translation>
    </message>
    <message>
        <source>This plan: {model} {method}, {length} tokens</source>
        <translation>此方案：{model} {method}，{length} tokens</translation>
    </message>
    <message>
        <source>Step time {s} s: no change</source>
        <translation>每步时间 {s} 秒：不变</translation>
    </message>
    <message>
        <source>Step time {before} → {after} s</source>
        <translation>每步时间 {before} → {after} 秒</translation>
    </message>
    <message>
        <source>Rows left out ({n} more)</source>
        <translation>未采用的行（另有 {n} 行）</translation>
    </message>
    <message>
        <source>Rows left out</source>
        <translation>未采用的行</translation>
    </message>
    <message>
        <source>Mean error of {n} rows</source>
        <translation>{n} 行的平均误差</translation>
    </message>
    <message>
        <source>Error of 1 row</source>
        <translation>1 行的误差</translation>
    </message>
    <message>
        <source>One length tells an offset, and little about other lengths: a second length would give the slope.</source>
        <translation>一个长度只能给出偏移，对其他长度说明不了多少：再有一个长度就能得出斜率。</translation>
    </message>
    <message>
        <source>Allocated bytes were measured, so only the allocated part of memory is corrected.</source>
        <translation>实测的是已分配字节，因此只校正显存中已分配的部分。</translation>
    </message>
    <message>
        <source>No time of a card was measured, so the step time stays as it is.</source>
        <translation>没有测得显卡上的时间，因此每步时间保持不变。</translation>
    </message>
    <message>
        <source>{n} out of memory: each says that the plan needs more than its card has.</source>
        <translation>{n} 次显存不足：每次都说明方案需要的多于显卡所有。</translation>
    </message>
    <message>
        <source>Not used: {reason}</source>
        <translation>未采用：{reason}</translation>
    </message>
    <message>
        <source>Not used: {n} more</source>
        <translation>未采用：另有 {n} 项</translation>
    </message>
    <message>
        <source>{model} {method}, {length} tokens</source>
        <translation>{model} {method}，{length} tokens</translation>
    </message>
</context>
<context>
    <name>DataSetLink</name>
    <message>
        <source>Plan: no data set</source>
        <translation>方案：无数据集</translation>
    </message>
    <message>
        <source>Plan: packing on</source>
        <translation>方案：开启拼接</translation>
    </message>
    <message>
        <source>Plan: packing off</source>
        <translation>方案：关闭拼接</translation>
    </message>
    <message>
        <source>Plan: data set {name}</source>
        <translation>方案：数据集 {name}</translation>
    </message>
    <message>
        <source>Choose a data set</source>
        <translation>选择数据集</translation>
    </message>
    <message>
        <source>JSON lines (*.jsonl *.json *.ndjson);;All files (*)</source>
        <translation>JSON 行 (*.jsonl *.json *.ndjson);;所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>DataSetView</name>
    <message>
        <source>Packing</source>
        <translation>拼接</translation>
    </message>
    <message>
        <source>Samples are joined and cut at the sequence length: no padding, fewer sequences</source>
        <translation>样本首尾相接，再按序列长度切开：没有填充，序列更少</translation>
    </message>
    <message>
        <source>Remove the data set</source>
        <translation>移除数据集</translation>
    </message>
</context>
<context>
    <name>DataSetWords</name>
    <message>
        <source>p50 {p50} · p95 {p95} · max {longest}</source>
        <translation>p50 {p50} · p95 {p95} · 最长 {longest}</translation>
    </message>
    <message>
        <source>{n} sequences of {length}</source>
        <translation>{n} 个长度为 {length} 的序列</translation>
    </message>
    <message>
        <source>1 sequence of {length}</source>
        <translation>1 个长度为 {length} 的序列</translation>
    </message>
    <message>
        <source>{share} cut at {length}</source>
        <translation>{share} 在 {length} 处截断</translation>
    </message>
    <message>
        <source>none cut at {length}</source>
        <translation>在 {length} 处没有截断</translation>
    </message>
    <message>
        <source>{n} bad lines</source>
        <translation>{n} 行读不出</translation>
    </message>
    <message>
        <source>1 bad line</source>
        <translation>1 行读不出</translation>
    </message>
    <message>
        <source>{samples} samples, {tokens} tokens, {how}</source>
        <translation>{samples} 个样本，{tokens} tokens，{how}</translation>
    </message>
    <message>
        <source>Packed: no padding, and nothing is cut off but between sequences.</source>
        <translation>已拼接：没有填充，只在序列之间切开。</translation>
    </message>
    <message>
        <source>Padded to {length}: {share} of what is computed is padding; {lost} of the tokens are cut</source>
        <translation>填充到 {length}：计算量的 {share} 是填充；截去 {lost} 的 tokens</translation>
    </message>
    <message>
        <source>{n} more lines are no samples</source>
        <translation>另有 {n} 行不是样本</translation>
    </message>
    <message>
        <source>It is not saved with the document: choose it again after opening.</source>
        <translation>它不随文档保存：打开后请重新选择。</translation>
    </message>
    <message>
        <source>Reading {name}: {percent} %</source>
        <translation>正在读取 {name}：{percent} %</translation>
    </message>
    <message>
        <source>{name}: {problem}</source>
        <translation>{name}：{problem}</translation>
    </message>
    <message>
        <source>as each record says</source>
        <translation>按每条记录所写</translation>
    </message>
    <message>
        <source>counted by the model&apos;s tokenizer</source>
        <translation>由模型的分词器计数</translation>
    </message>
    <message>
        <source>approximated from the characters</source>
        <translation>由字符数近似</translation>
    </message>
    <message>
        <source>as the records say, or approximated from the characters</source>
        <translation>按记录所写，或由字符数近似</translation>
    </message>
</context>
<context>
    <name>DocumentFiles</name>
    <message>
        <source>Reading {name}…</source>
        <translation>正在读取 {name}…</translation>
    </message>
    <message>
        <source>recovered changes</source>
        <translation>恢复的更改</translation>
    </message>
    <message>
        <source>Qwen profile</source>
        <translation>Qwen 实测数据</translation>
    </message>
    <message>
        <source>and {n} more</source>
        <translation>另有 {n} 项</translation>
    </message>
    <message>
        <source>Tables and documents (*.gpuplan *.csv *.tsv);;All files (*)</source>
        <translation>表格与文档 (*.gpuplan *.csv *.tsv);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>GPU Planner document (*.gpuplan)</source>
        <translation>GPU Planner 文档 (*.gpuplan)</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>另存为</translation>
    </message>
    <message>
        <source>{name} exists. Replace it?</source>
        <translation>{name} 已存在。替换吗？</translation>
    </message>
    <message>
        <source>Unsaved changes</source>
        <translation>未保存的更改</translation>
    </message>
    <message>
        <source>Save the changes to {name}?</source>
        <translation>保存对 {name} 的更改吗？</translation>
    </message>
    <message>
        <source>They are lost if they are not saved.</source>
        <translation>不保存就会丢失。</translation>
    </message>
</context>
<context>
    <name>EndPictures</name>
    <message>
        <source>took {time}</source>
        <translation>用时 {time}</translation>
    </message>
    <message>
        <source>Kept as row {n} ({mark}).</source>
        <translation>已存为第 {n} 行（{mark}）。</translation>
    </message>
    <message>
        <source>Kept as rows {first}–{last} ({mark}).</source>
        <translation>已存为第 {first}–{last} 行（{mark}）。</translation>
    </message>
</context>
<context>
    <name>EnvironmentDialog</name>
    <message>
        <source>Make an environment for trials</source>
        <translation>新建试跑环境</translation>
    </message>
    <message>
        <source>as pip is set up on this computer</source>
        <translation>与本机 pip 的设置相同</translation>
    </message>
    <message>
        <source>A folder of wheels, for a computer without network</source>
        <translation>存放 wheel 的文件夹，用于没有网络的电脑</translation>
    </message>
    <message>
        <source>Output of pip</source>
        <translation>pip 的输出</translation>
    </message>
    <message>
        <source>Make</source>
        <translation>新建</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Cancelling …</source>
        <translation>正在取消…</translation>
    </message>
    <message>
        <source>Getting ready …</source>
        <translation>正在准备…</translation>
    </message>
    <message>
        <source>Made. Trials run on it from now on.</source>
        <translation>已建好。今后的试跑都用它。</translation>
    </message>
    <message>
        <source>Cancelled; nothing is left of it.</source>
        <translation>已取消；没有留下任何东西。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Takes about {n} GiB of the disk, and minutes to an hour.</source>
        <translation>约占磁盘 {n} GiB，需要几分钟到一小时。</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Wheels</source>
        <translation>Wheel</translation>
    </message>
    <message>
        <source>Choose: {name}</source>
        <translation>选择：{name}</translation>
    </message>
</context>
<context>
    <name>EstimatorPanel</name>
    <message>
        <source>Sequence &amp;length</source>
        <translation>序列长度(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Form or results</source>
        <translation>表单或结果(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Reset the plan</source>
        <translation>重置方案(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Explain the estimate</source>
        <translation>解释估算(&amp;E)</translation>
    </message>
    <message>
        <source>Apply change {n}</source>
        <translation>应用改法 {n}</translation>
    </message>
    <message>
        <source>Reset the plan</source>
        <translation>重置方案</translation>
    </message>
</context>
<context>
    <name>EstimatorWords</name>
    <message>
        <source>Memory of the host, per node: {amount}</source>
        <translation>主机内存，每节点：{amount}</translation>
    </message>
    <message>
        <source>Assumed: {text}.</source>
        <translation>假定：{text}。</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>Gradients</source>
        <translation>梯度</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>激活</translation>
    </message>
    <message>
        <source>Logits</source>
        <translation>Logits</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV 缓存</translation>
    </message>
    <message>
        <source>Temporaries</source>
        <translation>临时量</translation>
    </message>
    <message>
        <source>Overhead</source>
        <translation>开销</translation>
    </message>
    <message>
        <source>peak while loading</source>
        <translation>峰值在加载时</translation>
    </message>
    <message>
        <source>peak in forward</source>
        <translation>峰值在前向</translation>
    </message>
    <message>
        <source>peak in the loss</source>
        <translation>峰值在损失</translation>
    </message>
    <message>
        <source>peak in backward</source>
        <translation>峰值在反向</translation>
    </message>
    <message>
        <source>peak in the optimizer step</source>
        <translation>峰值在优化器步</translation>
    </message>
    <message>
        <source>peak in evaluation</source>
        <translation>峰值在评估</translation>
    </message>
    <message>
        <source>peak while saving</source>
        <translation>峰值在保存时</translation>
    </message>
    <message>
        <source>peak while merging</source>
        <translation>峰值在合并时</translation>
    </message>
    <message>
        <source>peak in prefill</source>
        <translation>峰值在预填充</translation>
    </message>
    <message>
        <source>peak in decoding</source>
        <translation>峰值在解码</translation>
    </message>
    <message>
        <source>Parts in {unit}: {parts}</source>
        <translation>各部分（{unit}）：{parts}</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>{origin}, other settings</source>
        <translation>{origin}，其他设置</translation>
    </message>
    <message>
        <source>out of memory</source>
        <translation>显存不足</translation>
    </message>
    <message>
        <source>Memory over sequence length: {low} at {first} tokens, {high} at {last} tokens; {limits}; {n} measured points</source>
        <translation>显存随序列长度的变化：{first} tokens 时 {low}，{last} tokens 时 {high}；{limits}；{n} 个实测点</translation>
    </message>
    <message>
        <source>Nothing measured for this model and method yet</source>
        <translation>此模型和方法还没有实测</translation>
    </message>
    <message>
        <source>Click to select the row.</source>
        <translation>点击选中该行。</translation>
    </message>
    <message>
        <source>tokens/s</source>
        <translation>tokens/秒</translation>
    </message>
    <message>
        <source> · {n} tokens/s · {percent} % of peak</source>
        <translation> · {n} tokens/秒 · 峰值的 {percent} %</translation>
    </message>
    <message>
        <source>s per step</source>
        <translation>秒 / 步</translation>
    </message>
    <message>
        <source>Host memory: up to {amount} per node</source>
        <translation>主机内存：每节点最多 {amount}</translation>
    </message>
    <message>
        <source>What else would fit</source>
        <translation>还能放下什么</translation>
    </message>
    <message>
        <source>Ways to gain room</source>
        <translation>腾出空间的办法</translation>
    </message>
    <message>
        <source>Ways to save memory, none enough alone</source>
        <translation>节省显存的办法，单用都不够</translation>
    </message>
    <message>
        <source>Ways to make it fit</source>
        <translation>放得下的办法</translation>
    </message>
    <message>
        <source>Nothing larger would fit on this card.</source>
        <translation>这张显卡放不下更大的了。</translation>
    </message>
    <message>
        <source>No single change makes room. A card with more memory, or a smaller model, would.</source>
        <translation>没有哪项单独的更改能腾出足够空间。显存更大的显卡或更小的模型可以。</translation>
    </message>
    <message>
        <source>Plan: {field} {value}</source>
        <translation>方案：{field} {value}</translation>
    </message>
    <message>
        <source>Plan: {field}</source>
        <translation>方案：{field}</translation>
    </message>
    <message>
        <source>{verdict} with {amount}</source>
        <translation>{verdict}，{amount}</translation>
    </message>
</context>
<context>
    <name>ExplainWindow</name>
    <message>
        <source>Parts of the estimate</source>
        <translation>估算的各部分</translation>
    </message>
    <message>
        <source>Terms with formula, numbers and source</source>
        <translation>各项的公式、数字与来源</translation>
    </message>
</context>
<context>
    <name>ExplainWording</name>
    <message>
        <source>How {amount} per GPU come about</source>
        <translation>每卡 {amount} 是怎么来的</translation>
    </message>
    <message>
        <source>Step time</source>
        <translation>每步时间</translation>
    </message>
    <message>
        <source>{n} s per step</source>
        <translation>{n} 秒 / 步</translation>
    </message>
    <message>
        <source>Seconds of each kind of work in one step; host, device and links overlap.</source>
        <translation>一步中各类工作的秒数；主机、设备与链路会重叠。</translation>
    </message>
    <message>
        <source>Nothing of this is alive at the {phase}.</source>
        <translation>{phase}时没有这一部分。</translation>
    </message>
    <message>
        <source>What is alive at the {phase}, the largest first, in {unit}.</source>
        <translation>{phase}时存在的内容，从大到小，单位 {unit}。</translation>
    </message>
    <message>
        <source>Source: {text}</source>
        <translation>来源：{text}</translation>
    </message>
    <message>
        <source>The letters in this plan</source>
        <translation>此方案中的符号</translation>
    </message>
    <message>
        <source>There is no estimate to explain at the moment.</source>
        <translation>目前没有可解释的估算。</translation>
    </message>
</context>
<context>
    <name>FilterWords</name>
    <message>
        <source>The range cannot be read: {reason}</source>
        <translation>无法读取范围：{reason}</translation>
    </message>
    <message>
        <source>without {n} values</source>
        <translation>排除 {n} 个值</translation>
    </message>
    <message>
        <source>{n} values</source>
        <translation>{n} 个值</translation>
    </message>
    <message>
        <source>not {value}</source>
        <translation>不是 {value}</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>空白</translation>
    </message>
    <message>
        <source>from {low} to {high} {unit}</source>
        <translation>{low} 到 {high} {unit}</translation>
    </message>
    <message>
        <source>from {low} {unit}</source>
        <translation>至少 {low} {unit}</translation>
    </message>
    <message>
        <source>up to {high} {unit}</source>
        <translation>至多 {high} {unit}</translation>
    </message>
</context>
<context>
    <name>FindDialog</name>
    <message>
        <source>Find and replace</source>
        <translation>查找和替换</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Replace with</source>
        <translation>替换为</translation>
    </message>
    <message>
        <source>Where to look</source>
        <translation>查找范围</translation>
    </message>
    <message>
        <source>Which rows</source>
        <translation>哪些行</translation>
    </message>
    <message>
        <source>Match case</source>
        <translation>区分大小写</translation>
    </message>
    <message>
        <source>Whole cell</source>
        <translation>整个单元格</translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation>正则表达式</translation>
    </message>
    <message>
        <source>Tick all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Untick all</source>
        <translation>全不选</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>all columns</source>
        <translation>所有列</translation>
    </message>
    <message>
        <source>columns that are shown</source>
        <translation>显示的列</translation>
    </message>
    <message>
        <source>all rows</source>
        <translation>所有行</translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation>查找(&amp;F)</translation>
    </message>
    <message>
        <source>Replace &amp;with</source>
        <translation>替换为(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;In</source>
        <translation>范围(&amp;I)</translation>
    </message>
    <message>
        <source>As in Python: \1 in the replacement is the first group; ^$ finds empty cells</source>
        <translation>与 Python 相同：替换文本中的 \1 是第一个分组；^$ 查找空单元格</translation>
    </message>
</context>
<context>
    <name>FindLink</name>
    <message>
        <source>Find and r&amp;eplace…</source>
        <translation>查找和替换(&amp;E)…</translation>
    </message>
</context>
<context>
    <name>FindWords</name>
    <message>
        <source>&amp;Replace</source>
        <translation>替换(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Replace 1 cell</source>
        <translation>替换 1 个单元格(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Replace {n} cells</source>
        <translation>替换 {n} 个单元格(&amp;R)</translation>
    </message>
    <message>
        <source>replace in cell</source>
        <translation>在单元格中替换</translation>
    </message>
    <message>
        <source>replace in {n} cells</source>
        <translation>在 {n} 个单元格中替换</translation>
    </message>
    <message>
        <source>selected cells ({n})</source>
        <translation>选中的单元格（{n}）</translation>
    </message>
    <message>
        <source>shown rows ({shown} of {n})</source>
        <translation>显示的行（{shown}/{n}）</translation>
    </message>
    <message>
        <source>Every cell that would change is listed here first.</source>
        <translation>这里会先列出每个将要更改的单元格。</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>正在查找…</translation>
    </message>
    <message>
        <source>Replacing…</source>
        <translation>正在替换…</translation>
    </message>
    <message>
        <source>1 cell replaced</source>
        <translation>已替换 1 个单元格</translation>
    </message>
    <message>
        <source>{n} cells replaced</source>
        <translation>已替换 {n} 个单元格</translation>
    </message>
    <message>
        <source>{done}; Edit, Undo takes it back.</source>
        <translation>{done}；可用“编辑”&gt;“撤销”恢复。</translation>
    </message>
    <message>
        <source>{n} of them hidden by the filter</source>
        <translation>其中 {n} 处被筛选隐藏</translation>
    </message>
    <message>
        <source>{n} in columns that are not shown</source>
        <translation>{n} 处在未显示的列中</translation>
    </message>
    <message>
        <source>{n} left out, see the list</source>
        <translation>{n} 处未纳入，见列表</translation>
    </message>
    <message>
        <source>{n} texts of more than {most} characters were not searched</source>
        <translation>{n} 个超过 {most} 个字符的文本未查找</translation>
    </message>
    <message>
        <source>there are more: narrow it down to see and replace the rest</source>
        <translation>还有更多：请缩小范围以查看并替换其余部分</translation>
    </message>
    <message>
        <source>1 hit</source>
        <translation>1 处匹配</translation>
    </message>
    <message>
        <source>{n} hits</source>
        <translation>{n} 处匹配</translation>
    </message>
    <message>
        <source>No hits</source>
        <translation>没有匹配</translation>
    </message>
    <message>
        <source>The first {n} hits</source>
        <translation>前 {n} 处匹配</translation>
    </message>
    <message>
        <source>{hits} in {n} selected cells</source>
        <translation>{n} 个选中的单元格中{hits}</translation>
    </message>
    <message>
        <source>{hits} in {shown} shown rows of {n}</source>
        <translation>显示的 {shown} 行（共 {n} 行）中{hits}</translation>
    </message>
    <message>
        <source>{hits} in {n} rows</source>
        <translation>{n} 行中{hits}</translation>
    </message>
    <message>
        <source>This expression takes too long; a repeat inside a repeat, such as (a+)+, often does</source>
        <translation>此表达式耗时过长；重复中再套重复（例如 (a+)+）常会如此</translation>
    </message>
    <message>
        <source>Character {n}: {reason}</source>
        <translation>第 {n} 个字符：{reason}</translation>
    </message>
    <message>
        <source>this bracket ( is not closed; write \( for the character</source>
        <translation>此括号 ( 未闭合；要表示该字符请写 \(</translation>
    </message>
    <message>
        <source>this bracket ) was not opened; write \) for the character</source>
        <translation>此括号 ) 没有对应的左括号；要表示该字符请写 \)</translation>
    </message>
    <message>
        <source>this bracket [ is not closed; write \[ for the character</source>
        <translation>此括号 [ 未闭合；要表示该字符请写 \[</translation>
    </message>
    <message>
        <source>nothing stands before this repeat; write \* for the character</source>
        <translation>此重复符号前没有内容；要表示该字符请写 \*</translation>
    </message>
    <message>
        <source>two repeats follow one another</source>
        <translation>两个重复符号相连</translation>
    </message>
    <message>
        <source>this backslash means nothing here; write \\ for the character</source>
        <translation>此处的反斜杠没有意义；要表示该字符请写 \\</translation>
    </message>
    <message>
        <source>this range goes backwards</source>
        <translation>此范围的顺序颠倒</translation>
    </message>
    <message>
        <source>the smaller number of repeats comes first</source>
        <translation>较小的重复次数应写在前面</translation>
    </message>
    <message>
        <source>there is no such group in what is looked for</source>
        <translation>查找内容中没有这个分组</translation>
    </message>
    <message>
        <source>there is no group of this name in what is looked for</source>
        <translation>查找内容中没有这个名称的分组</translation>
    </message>
    <message>
        <source>a look-behind must have one length</source>
        <translation>后顾断言必须长度固定</translation>
    </message>
</context>
<context>
    <name>FormWords</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Memory savers</source>
        <translation>省显存</translation>
    </message>
    <message>
        <source>Hardware</source>
        <translation>硬件</translation>
    </message>
    <message>
        <source>Work</source>
        <translation>工作量</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>GPUs</source>
        <translation>GPU 数</translation>
    </message>
    <message>
        <source>PyTorch</source>
        <translation>PyTorch</translation>
    </message>
    <message>
        <source>Adapters in</source>
        <translation>适配位置</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>样本数</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>价格</translation>
    </message>
    <message>
        <source>Reserve</source>
        <translation>预留</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>预算</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>tokens</translation>
    </message>
    <message>
        <source>accum.</source>
        <translation>累积</translation>
    </message>
    <message>
        <source>node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>nodes</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>epoch</source>
        <translation>轮</translation>
    </message>
    <message>
        <source>epochs</source>
        <translation>轮</translation>
    </message>
    <message>
        <source>Gbit/s</source>
        <translation>Gbit/s</translation>
    </message>
    <message>
        <source>per GPU-hour</source>
        <translation>每 GPU 小时</translation>
    </message>
    <message>
        <source>GiB</source>
        <translation>GiB</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>{value}, automatic</source>
        <translation>{value}，自动</translation>
    </message>
    <message>
        <source>Fused loss</source>
        <translation>融合损失</translation>
    </message>
    <message>
        <source>{help} ({unset})</source>
        <translation>{help}（{unset}）</translation>
    </message>
    <message>
        <source>Not used by this method.</source>
        <translation>此方法不使用。</translation>
    </message>
    <message>
        <source>Not used with one GPU per node.</source>
        <translation>每节点一张 GPU 时不使用。</translation>
    </message>
    <message>
        <source>Not used with one node.</source>
        <translation>单节点时不使用。</translation>
    </message>
</context>
<context>
    <name>GpuGauge</name>
    <message>
        <source>Click to unfold the GPU strip.</source>
        <translation>点击展开 GPU 栏。</translation>
    </message>
</context>
<context>
    <name>GpuTile</name>
    <message>
        <source>Memory, last 5 min</source>
        <translation>显存，最近 5 分钟</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Undo {step}</source>
        <translation>撤销{step}</translation>
    </message>
    <message>
        <source>Redo {step}</source>
        <translation>重做{step}</translation>
    </message>
</context>
<context>
    <name>HeadingList</name>
    <message>
        <source>Headings</source>
        <translation>标题</translation>
    </message>
</context>
<context>
    <name>HelpWindow</name>
    <message>
        <source>{title} – GPU Planner help</source>
        <translation>{title} – GPU Planner 帮助</translation>
    </message>
    <message>
        <source>Find in this text</source>
        <translation>在本文中查找</translation>
    </message>
</context>
<context>
    <name>HitList</name>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>(empty)</source>
        <translation>（空）</translation>
    </message>
    <message>
        <source>nothing would change</source>
        <translation>不会有变化</translation>
    </message>
    <message>
        <source>hidden by the filter</source>
        <translation>被筛选隐藏</translation>
    </message>
</context>
<context>
    <name>HitView</name>
    <message>
        <source>Cells that would be replaced</source>
        <translation>将被替换的单元格</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Import a table</source>
        <translation>导入表格</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Table to import</source>
        <translation>要导入的表格</translation>
    </message>
    <message>
        <source>Click a head to say what the column means</source>
        <translation>点击表头，说明该列的含义</translation>
    </message>
    <message>
        <source>Cells to look at</source>
        <translation>需要留意的单元格</translation>
    </message>
    <message>
        <source>How it is read</source>
        <translation>如何解读</translation>
    </message>
    <message>
        <source>Recipe of these rows</source>
        <translation>这些行的训练配方</translation>
    </message>
    <message>
        <source>For rows that do not say it; noted in each of them</source>
        <translation>用于未说明的行，并记入各行的备注</translation>
    </message>
    <message>
        <source>Assumed</source>
        <translation>假定</translation>
    </message>
    <message>
        <source>How the table is read</source>
        <translation>表格的读取方式</translation>
    </message>
    <message>
        <source>and {n} more</source>
        <translation>另有 {n} 项</translation>
    </message>
    <message>
        <source>Import {n} rows</source>
        <translation>导入 {n} 行</translation>
    </message>
    <message>
        <source>Keep as it is</source>
        <translation>保持原样</translation>
    </message>
</context>
<context>
    <name>ImportLink</name>
    <message>
        <source>&amp;Import a table…</source>
        <translation>导入表格(&amp;I)…</translation>
    </message>
    <message>
        <source>E&amp;xport the table…</source>
        <translation>导出表格(&amp;X)…</translation>
    </message>
    <message>
        <source>clipboard</source>
        <translation>剪贴板</translation>
    </message>
    <message>
        <source>{n} rows exported to {path}</source>
        <translation>已将 {n} 行导出到 {path}</translation>
    </message>
    <message>
        <source>Reading the table…</source>
        <translation>正在读取表格…</translation>
    </message>
    <message>
        <source>Export the table</source>
        <translation>导出表格</translation>
    </message>
    <message>
        <source>Import a table</source>
        <translation>导入表格</translation>
    </message>
    <message>
        <source>Tables ({kinds})</source>
        <translation>表格 ({kinds})</translation>
    </message>
</context>
<context>
    <name>ImportRecipe</name>
    <message>
        <source>all methods</source>
        <translation>所有方法</translation>
    </message>
    <message>
        <source>Rows of</source>
        <translation>适用于</translation>
    </message>
    <message>
        <source>not said</source>
        <translation>未说明</translation>
    </message>
</context>
<context>
    <name>ImportSettings</name>
    <message>
        <source>one GPU</source>
        <translation>一张 GPU</translation>
    </message>
    <message>
        <source>all GPUs together</source>
        <translation>所有 GPU 合计</translation>
    </message>
    <message>
        <source>not said</source>
        <translation>未说明</translation>
    </message>
    <message>
        <source>device (nvidia-smi)</source>
        <translation>设备（nvidia-smi）</translation>
    </message>
    <message>
        <source>reserved (torch)</source>
        <translation>保留（torch）</translation>
    </message>
    <message>
        <source>allocated (torch)</source>
        <translation>已分配（torch）</translation>
    </message>
    <message>
        <source>“G” means</source>
        <translation>“G” 指</translation>
    </message>
    <message>
        <source>Figures count</source>
        <translation>数字是</translation>
    </message>
    <message>
        <source>Measured is</source>
        <translation>测得的是</translation>
    </message>
    <message>
        <source>Model family</source>
        <translation>模型系列</translation>
    </message>
    <message>
        <source>Samples per step</source>
        <translation>每步样本数</translation>
    </message>
    <message>
        <source>Samples count</source>
        <translation>样本计数范围</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>显卡</translation>
    </message>
</context>
<context>
    <name>ImportWords</name>
    <message>
        <source>{n} measured</source>
        <translation>{n} 个实测</translation>
    </message>
    <message>
        <source>{n} not measured</source>
        <translation>{n} 个未测</translation>
    </message>
    <message>
        <source>{n} out of memory</source>
        <translation>{n} 个显存不足</translation>
    </message>
    <message>
        <source>{n} without a unit</source>
        <translation>{n} 个没有单位</translation>
    </message>
    <message>
        <source>{n} lines re-aligned from merged cells</source>
        <translation>{n} 行按合并单元格重新对齐</translation>
    </message>
    <message>
        <source>{n} above one GPU</source>
        <translation>{n} 个超过单卡</translation>
    </message>
    <message>
        <source>{n} cells cannot be read</source>
        <translation>{n} 个单元格读不出</translation>
    </message>
    <message>
        <source>{kind}: {lines} lines become {rows} rows</source>
        <translation>{kind}：{lines} 行原文成为 {rows} 行</translation>
    </message>
    <message>
        <source>at {n} tokens</source>
        <translation>{n} tokens 时</translation>
    </message>
    <message>
        <source>published text</source>
        <translation>发布的原文</translation>
    </message>
    <message>
        <source>kept as it is</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Line {line}, {head}: {text} – {what}</source>
        <translation>第 {line} 行，{head}：{text} – {what}</translation>
    </message>
    <message>
        <source>import {n} rows</source>
        <translation>导入 {n} 行</translation>
    </message>
</context>
<context>
    <name>KeptRows</name>
    <message>
        <source>add dry run</source>
        <translation>添加空跑</translation>
    </message>
    <message>
        <source>add trial</source>
        <translation>添加试跑</translation>
    </message>
</context>
<context>
    <name>LanguageLink</name>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>跟随桌面</translation>
    </message>
    <message>
        <source>{language} is spoken from the next start: what runs now is not cut off.</source>
        <translation>下次启动起使用{language}：正在运行的工作不会中断。</translation>
    </message>
    <message>
        <source>{language} is spoken from the next start, or now in reopened windows.</source>
        <translation>下次启动起使用{language}，也可以现在就重新打开窗口。</translation>
    </message>
    <message>
        <source>Reopen now</source>
        <translation>现在重新打开</translation>
    </message>
</context>
<context>
    <name>LogLink</name>
    <message>
        <source>Show &amp;log file</source>
        <translation>显示日志文件(&amp;L)</translation>
    </message>
    <message>
        <source>There is no log: {file} cannot be written.</source>
        <translation>没有日志：无法写入 {file}。</translation>
    </message>
    <message>
        <source>The log file is {file}.</source>
        <translation>日志文件是 {file}。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Plan</source>
        <translation>规划</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>MonitorLink</name>
    <message>
        <source>Monitor</source>
        <translation>监控</translation>
    </message>
    <message>
        <source>&amp;Monitor</source>
        <translation>监控(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Record to CSV, or stop…</source>
        <translation>开始或停止录制 CSV(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Open a recording…</source>
        <translation>打开录制(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;Compare with a recording…</source>
        <translation>与录制比较(&amp;C)…</translation>
    </message>
    <message>
        <source>Save as &amp;picture…</source>
        <translation>存为图片(&amp;P)…</translation>
    </message>
    <message>
        <source>No GPU is read just now, so there is nothing to record.</source>
        <translation>目前没有读取任何 GPU，因此无可录制。</translation>
    </message>
    <message>
        <source>The picture is in {path}.</source>
        <translation>图片已存到 {path}。</translation>
    </message>
    <message>
        <source>PNG (*.png);;SVG (*.svg)</source>
        <translation>PNG (*.png);;SVG (*.svg)</translation>
    </message>
    <message>
        <source>Save as picture</source>
        <translation>存为图片</translation>
    </message>
</context>
<context>
    <name>MonitorPage</name>
    <message>
        <source>Monitor</source>
        <translation>监控</translation>
    </message>
    <message>
        <source>Pause or follow the newest sample (Monitor)</source>
        <translation>暂停或跟随最新采样（监控）</translation>
    </message>
    <message>
        <source>Mark this moment (Monitor)</source>
        <translation>标记此刻（监控）</translation>
    </message>
</context>
<context>
    <name>MonitorRecordings</name>
    <message>
        <source>Recordings (*.csv)</source>
        <translation>录制 (*.csv)</translation>
    </message>
    <message>
        <source>{n} samples are in {path}.</source>
        <translation>{n} 个采样已存到 {path}。</translation>
    </message>
    <message>
        <source>{path}: {problem}. It keeps {n} samples.</source>
        <translation>{path}：{problem}。已保留 {n} 个采样。</translation>
    </message>
    <message>
        <source>mark {n}</source>
        <translation>标记 {n}</translation>
    </message>
    <message>
        <source>{path} holds no sample of a card; choose another recording.</source>
        <translation>{path} 里没有显卡的采样；请选择其他录制。</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>另存为</translation>
    </message>
    <message>
        <source>Open a recording</source>
        <translation>打开录制</translation>
    </message>
</context>
<context>
    <name>MonitorScene</name>
    <message>
        <source>Last reading {time}, {age} ago.</source>
        <translation>最后一次读数 {time}，{age}前。</translation>
    </message>
    <message>
        <source>Largest sample {n} {unit}</source>
        <translation>最大采样 {n} {unit}</translation>
    </message>
    <message>
        <source>compared: {n} {unit}</source>
        <translation>对照：{n} {unit}</translation>
    </message>
    <message>
        <source>  ·  driver {v}</source>
        <translation>  ·  驱动 {v}</translation>
    </message>
    <message>
        <source>GPU {n}</source>
        <translation>GPU {n}</translation>
    </message>
</context>
<context>
    <name>MonitorStrip</name>
    <message>
        <source>Fold the GPU strip into the status bar</source>
        <translation>将 GPU 栏折叠到状态栏</translation>
    </message>
    <message>
        <source>Fold into the status bar</source>
        <translation>折叠到状态栏</translation>
    </message>
    <message>
        <source>GPUs of this computer</source>
        <translation>本机的 GPU</translation>
    </message>
</context>
<context>
    <name>MonitorTools</name>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Record to CSV</source>
        <translation>录制为 CSV</translation>
    </message>
    <message>
        <source>Mark</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Close the recording</source>
        <translation>关闭录制</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>Show the whole recording (Space)</source>
        <translation>显示整段录制（空格）</translation>
    </message>
    <message>
        <source>Freeze the view; sampling goes on (Space)</source>
        <translation>冻结画面；采样继续（空格）</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Go back to the newest sample (Space)</source>
        <translation>回到最新采样（空格）</translation>
    </message>
    <message>
        <source>Stop recording</source>
        <translation>停止录制</translation>
    </message>
    <message>
        <source>1 min</source>
        <translation>1 分钟</translation>
    </message>
    <message>
        <source>5 min</source>
        <translation>5 分钟</translation>
    </message>
    <message>
        <source>1 h</source>
        <translation>1 小时</translation>
    </message>
    <message>
        <source>24 h</source>
        <translation>24 小时</translation>
    </message>
    <message>
        <source>Show {span}</source>
        <translation>显示 {span}</translation>
    </message>
    <message>
        <source>{n} Hz</source>
        <translation>{n} Hz</translation>
    </message>
    <message>
        <source>Samples a second</source>
        <translation>每秒采样数</translation>
    </message>
    <message>
        <source>Samples a second, in all windows</source>
        <translation>每秒采样数，所有窗口相同</translation>
    </message>
    <message>
        <source>Mark this moment in recording and plots (M)</source>
        <translation>在录制和图中标记此刻（M）</translation>
    </message>
    <message>
        <source>Open a recording…</source>
        <translation>打开录制…</translation>
    </message>
    <message>
        <source>Compare with a recording…</source>
        <translation>与录制比较…</translation>
    </message>
    <message>
        <source>Mark this moment (M)</source>
        <translation>标记此刻（M）</translation>
    </message>
    <message>
        <source>Save as picture…</source>
        <translation>存为图片…</translation>
    </message>
    <message>
        <source>Read PCIe throughput</source>
        <translation>读取 PCIe 吞吐</translation>
    </message>
</context>
<context>
    <name>MonitorWords</name>
    <message>
        <source>driver {v}</source>
        <translation>驱动 {v}</translation>
    </message>
    <message>
        <source>CUDA {v}</source>
        <translation>CUDA {v}</translation>
    </message>
    <message>
        <source>sampling costs {n} % of a core</source>
        <translation>采样占用一个核的 {n} %</translation>
    </message>
    <message>
        <source>{text}
NVML {v}; CUDA is the newest that this driver runs.</source>
        <translation>{text}
NVML {v}；CUDA 为此驱动能运行的最新版本。</translation>
    </message>
    <message>
        <source>{age} ago</source>
        <translation>{age}前</translation>
    </message>
    <message>
        <source>{n} skipped before it</source>
        <translation>此前跳过 {n} 个</translation>
    </message>
    <message>
        <source>on time</source>
        <translation>准时</translation>
    </message>
    <message>
        <source>last sample {time}, {when}</source>
        <translation>最后采样 {time}，{when}</translation>
    </message>
    <message>
        <source>reading the recording …</source>
        <translation>正在读取录制…</translation>
    </message>
    <message>
        <source>● {clock}  {name}  ·  {n} samples</source>
        <translation>● {clock}  {name}  ·  {n} 个采样</translation>
    </message>
    <message>
        <source>{name}  ·  {begin}  ·  {length}</source>
        <translation>{name}  ·  {begin}  ·  {length}</translation>
    </message>
    <message>
        <source>  ·  in violet: {name}</source>
        <translation>  ·  紫色：{name}</translation>
    </message>
    <message>
        <source>{n} samples, {gaps} gaps</source>
        <translation>{n} 个采样，{gaps} 处间断</translation>
    </message>
    <message>
        <source>Recording: {left}  ·  {path}</source>
        <translation>正在录制：{left}  ·  {path}</translation>
    </message>
    <message>
        <source>Recording, {length}</source>
        <translation>录制，{length}</translation>
    </message>
    <message>
        <source>1 card</source>
        <translation>1 张卡</translation>
    </message>
    <message>
        <source>{n} cards</source>
        <translation>{n} 张卡</translation>
    </message>
    <message>
        <source>, {n} not readable</source>
        <translation>，{n} 张读不出</translation>
    </message>
    <message>
        <source>Memory: unified with the computer&apos;s own; the driver keeps no count</source>
        <translation>显存：与电脑内存统一；驱动不计数</translation>
    </message>
    <message>
        <source>Memory: NVML v1; used = total − free, the driver&apos;s own part included</source>
        <translation>显存：NVML v1；已用 = 总量 − 空闲，含驱动自身部分</translation>
    </message>
    <message>
        <source>Memory: NVML v2; used = total − free − reserved</source>
        <translation>显存：NVML v2；已用 = 总量 − 空闲 − 保留</translation>
    </message>
</context>
<context>
    <name>NothingMeasured</name>
    <message>
        <source>Nothing measured in this document yet</source>
        <translation>本文档还没有实测</translation>
    </message>
    <message>
        <source>A row counts once it has a peak memory, a step time or the status out of memory. Enter what you measured in the table, open or paste a table, or run a trial: it is judged here with the error of every cell.</source>
        <translation>一行只要有显存峰值、每步时间或“显存不足”的状态就算数。把你测得的填进表里，打开或粘贴一张表，或做一次试跑：这里会给出每个数据点的误差。</translation>
    </message>
    <message>
        <source>Go to the table</source>
        <translation>转到表格</translation>
    </message>
    <message>
        <source>Judge the Qwen profile</source>
        <translation>评判 Qwen 实测数据</translation>
    </message>
</context>
<context>
    <name>OomDialog</name>
    <message>
        <source>Paste an error</source>
        <translation>粘贴错误信息</translation>
    </message>
    <message>
        <source>The end of the log of a run that ran out of memory:</source>
        <translation>一次因显存不足而中断的运行，其日志的末尾：</translation>
    </message>
    <message>
        <source>Error message</source>
        <translation>错误信息</translation>
    </message>
    <message>
        <source>What the message says</source>
        <translation>信息说了什么</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Changes that make room</source>
        <translation>能腾出空间的更改</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>信息</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Likely causes</source>
        <translation>可能的原因</translation>
    </message>
</context>
<context>
    <name>OomLink</name>
    <message>
        <source>Paste an err&amp;or…</source>
        <translation>粘贴错误信息(&amp;O)…</translation>
    </message>
    <message>
        <source>This text holds no out-of-memory message.</source>
        <translation>此文本中没有显存不足的信息。</translation>
    </message>
    <message>
        <source>GiB</source>
        <translation>GiB</translation>
    </message>
    <message>
        <source>An out-of-memory message</source>
        <translation>显存不足的信息</translation>
    </message>
    <message>
        <source>An out-of-memory message of {version}</source>
        <translation>{version} 的显存不足信息</translation>
    </message>
    <message>
        <source>, GPU {n}</source>
        <translation>，GPU {n}</translation>
    </message>
    <message>
        <source>, the last of {n}</source>
        <translation>，{n} 条中的最后一条</translation>
    </message>
    <message>
        <source>. The plan in the form has a problem, so it is read alone.</source>
        <translation>。表单中的方案有问题，因此单独解读。</translation>
    </message>
    <message>
        <source>, beside the plan: {model}, {method}, {n} tokens</source>
        <translation>，对照方案：{model}，{method}，{n} tokens</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>Other processes</source>
        <translation>其他进程</translation>
    </message>
    <message>
        <source>Free</source>
        <translation>空闲</translation>
    </message>
    <message>
        <source>This process</source>
        <translation>本进程</translation>
    </message>
    <message>
        <source>Reserved by torch</source>
        <translation>torch 保留</translation>
    </message>
    <message>
        <source>Allocated</source>
        <translation>已分配</translation>
    </message>
    <message>
        <source>Reserved, not allocated</source>
        <translation>已保留，未分配</translation>
    </message>
    <message>
        <source>Private pools</source>
        <translation>私有池</translation>
    </message>
    <message>
        <source>Tried to allocate</source>
        <translation>尝试分配</translation>
    </message>
    <message>
        <source>Needed to go on</source>
        <translation>继续所需</translation>
    </message>
</context>
<context>
    <name>OpenElsewhere</name>
    <message>
        <source>Close this window</source>
        <translation>关闭此窗口</translation>
    </message>
    <message>
        <source>{name} is also open in another GPU Planner (process {process}, since {since}).</source>
        <translation>{name} 也在另一个 GPU Planner 中打开（进程 {process}，自 {since} 起）。</translation>
    </message>
    <message>
        <source>Who saves second is asked before the changes of the first are replaced.</source>
        <translation>后保存的一方在替换先保存的更改之前会收到询问。</translation>
    </message>
</context>
<context>
    <name>OutsideChanges</name>
    <message>
        <source>{name} is no longer there. Saving writes it again.</source>
        <translation>{name} 已不在原处。保存会重新写入。</translation>
    </message>
    <message>
        <source>{name} was changed by another program.</source>
        <translation>{name} 被其他程序更改了。</translation>
    </message>
    <message>
        <source>Reading it again drops your unsaved changes.</source>
        <translation>重新读取会丢弃你未保存的更改。</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>重新读取</translation>
    </message>
    <message>
        <source>Keep mine</source>
        <translation>保留我的</translation>
    </message>
    <message>
        <source>{name} was changed by another program since it was read. Replace it?</source>
        <translation>{name} 自读取后被其他程序更改过。替换吗？</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Find an action</source>
        <translation>查找操作</translation>
    </message>
    <message>
        <source>Type an action, a page, a recent file or a model</source>
        <translation>输入操作、页面、最近的文件或模型</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>查找结果</translation>
    </message>
    <message>
        <source>Nothing is called that.</source>
        <translation>没有这个名称。</translation>
    </message>
</context>
<context>
    <name>PaletteLink</name>
    <message>
        <source>Find action…</source>
        <translation>查找操作…</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>规划</translation>
    </message>
</context>
<context>
    <name>PartsLegend</name>
    <message>
        <source>Parts of the estimate</source>
        <translation>估算的组成部分</translation>
    </message>
</context>
<context>
    <name>PartsWidget</name>
    <message>
        <source>Click for the numbers</source>
        <translation>点击查看数字</translation>
    </message>
</context>
<context>
    <name>PivotEditing</name>
    <message>
        <source>clear cell</source>
        <translation>清空单元格</translation>
    </message>
    <message>
        <source>clear {n} cells</source>
        <translation>清空 {n} 个单元格</translation>
    </message>
    <message>
        <source>paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Nothing lies at the left: select the cell to copy together with those right of it.</source>
        <translation>左边没有内容：请把要复制的单元格和它右边的单元格一起选中。</translation>
    </message>
    <message>
        <source>fill right of 1 cell</source>
        <translation>向右填充 1 个单元格</translation>
    </message>
    <message>
        <source>fill right of {n} cells</source>
        <translation>向右填充 {n} 个单元格</translation>
    </message>
    <message>
        <source>delete row</source>
        <translation>删除行</translation>
    </message>
    <message>
        <source>delete {n} rows</source>
        <translation>删除 {n} 行</translation>
    </message>
    <message>
        <source>add row</source>
        <translation>添加行</translation>
    </message>
</context>
<context>
    <name>PivotLink</name>
    <message>
        <source>List</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>Pivot</source>
        <translation>透视</translation>
    </message>
    <message>
        <source>One row for each measurement</source>
        <translation>每次实测一行</translation>
    </message>
    <message>
        <source>A line for each setting, a column for each length, as tables are published</source>
        <translation>每种设置一行，每个长度一列，与公开发布的表格一样</translation>
    </message>
    <message>
        <source>Form of the table</source>
        <translation>表格形式</translation>
    </message>
    <message>
        <source>Table &amp;form</source>
        <translation>表格形式(&amp;F)</translation>
    </message>
    <message>
        <source>Memory, time</source>
        <translation>显存、时间</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>显存</translation>
    </message>
    <message>
        <source>Step time</source>
        <translation>单步时间</translation>
    </message>
    <message>
        <source>What the cells show</source>
        <translation>单元格显示什么</translation>
    </message>
    <message>
        <source>What the cells of the pivot show</source>
        <translation>透视表的单元格显示什么</translation>
    </message>
    <message>
        <source>plan the cell</source>
        <translation>规划该单元格</translation>
    </message>
    <message>
        <source>Plan this cell</source>
        <translation>规划此单元格</translation>
    </message>
    <message>
        <source>Add as row</source>
        <translation>添加为行</translation>
    </message>
    <message>
        <source>Use row as plan</source>
        <translation>以此行为规划</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>剪切</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Clear cells</source>
        <translation>清空单元格</translation>
    </message>
    <message>
        <source>Fill right</source>
        <translation>向右填充</translation>
    </message>
    <message>
        <source>Delete rows</source>
        <translation>删除行</translation>
    </message>
</context>
<context>
    <name>PivotModel</name>
    <message>
        <source>edit {line} at {length}</source>
        <translation>编辑 {line} 的 {length}</translation>
    </message>
    <message>
        <source>add {line} at {length}</source>
        <translation>添加 {line} 的 {length}</translation>
    </message>
    <message>
        <source>no length</source>
        <translation>无长度</translation>
    </message>
    <message>
        <source>edit {column} of {n} rows</source>
        <translation>编辑 {n} 行的{column}</translation>
    </message>
</context>
<context>
    <name>PivotView</name>
    <message>
        <source>Benchmark rows by length</source>
        <translation>按长度排列的实测数据</translation>
    </message>
    <message>
        <source>A line for each setting, a column for each length; cells hold memory and step time</source>
        <translation>每种设置一行，每个长度一列；单元格为显存和单步时间</translation>
    </message>
</context>
<context>
    <name>PivotWords</name>
    <message>
        <source>GiB, all GPUs</source>
        <translation>GiB，所有 GPU</translation>
    </message>
    <message>
        <source>as written</source>
        <translation>按原文</translation>
    </message>
    <message>
        <source>{line} at {n} tokens</source>
        <translation>{line}，{n} tokens</translation>
    </message>
    <message>
        <source>no row; type its figures, or plan it with Ctrl+Enter</source>
        <translation>没有数据；可直接输入数值，或按 Ctrl+Enter 规划</translation>
    </message>
    <message>
        <source>Above the card: {n} % of {gpu}</source>
        <translation>超出显卡：{gpu} 的 {n} %</translation>
    </message>
    <message>
        <source>Typed as {text}</source>
        <translation>键入为 {text}</translation>
    </message>
    <message>
        <source>Row {row}</source>
        <translation>第 {row} 行</translation>
    </message>
    <message>
        <source>Rows {rows} have the same settings and length; the first one is shown and edited</source>
        <translation>第 {rows} 行的设置和长度相同；显示和编辑的是第一行</translation>
    </message>
    <message>
        <source>No estimate: {reason}</source>
        <translation>无估算：{reason}</translation>
    </message>
    <message>
        <source>Estimate: {value}</source>
        <translation>估算：{value}</translation>
    </message>
    <message>
        <source>Estimated step: {value}</source>
        <translation>估算单步：{value}</translation>
    </message>
</context>
<context>
    <name>PlaceFields</name>
    <message>
        <source>This computer</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>Another computer (ssh)</source>
        <translation>另一台电脑（ssh）</translation>
    </message>
    <message>
        <source>Slurm (srun)</source>
        <translation>Slurm（srun）</translation>
    </message>
    <message>
        <source>As for ssh; keys, ports and jump hosts are your own. It has to work without one.</source>
        <translation>与 ssh 的写法相同；密钥、端口和跳板机由你自己设置。须不用密码即可连接。</translation>
    </message>
    <message>
        <source>A Python with torch on that computer, or an environment&apos;s folder</source>
        <translation>那台电脑上带 torch 的 Python，或环境文件夹</translation>
    </message>
    <message>
        <source>Goes to srun as it is: partition, account, constraints</source>
        <translation>原样传给 srun：分区、账户、约束</translation>
    </message>
    <message>
        <source>The number of this computer, from 0; the first node is 0</source>
        <translation>本机的编号，从 0 起；第一个节点为 0</translation>
    </message>
    <message>
        <source>host of node 0</source>
        <translation>节点 0 的主机</translation>
    </message>
    <message>
        <source>HOST or HOST:PORT where node 0 is reached; start the same trial on every node</source>
        <translation>能连到节点 0 的 HOST 或 HOST:PORT；请在每个节点上启动同样的试跑</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>主机</translation>
    </message>
    <message>
        <source>Python there</source>
        <translation>那里的 Python</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>选项</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>节点</translation>
    </message>
</context>
<context>
    <name>PlanForm</name>
    <message>
        <source>Plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Framework, types, network, generation, price</source>
        <translation>框架、类型、网络、生成、价格</translation>
    </message>
    <message>
        <source>Data set…</source>
        <translation>数据集…</translation>
    </message>
    <message>
        <source>Read the lengths of your samples from a JSONL file: what is cut, padded and packed</source>
        <translation>从 JSONL 文件读取样本长度：哪些被截断、填充和拼接</translation>
    </message>
    <message>
        <source>Choose the config.json of another model</source>
        <translation>选择另一个模型的 config.json</translation>
    </message>
    <message>
        <source>Browse for a model</source>
        <translation>浏览模型</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
    <message>
        <source>Model configuration (*.json)</source>
        <translation>模型配置 (*.json)</translation>
    </message>
    <message>
        <source>Reset {field} to {value}</source>
        <translation>将 {field} 重置为 {value}</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>自动</translation>
    </message>
</context>
<context>
    <name>PlanLink</name>
    <message>
        <source>physics only, corrections switched off</source>
        <translation>仅物理公式，修正已关闭</translation>
    </message>
    <message>
        <source>physics only, no trial yet</source>
        <translation>仅物理模型，尚无试跑</translation>
    </message>
    <message>
        <source>physics only</source>
        <translation>仅物理公式</translation>
    </message>
    <message>
        <source>Estimator: {name}</source>
        <translation>估算器：{name}</translation>
    </message>
</context>
<context>
    <name>PlanPage</name>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>Estimate</source>
        <translation>估算</translation>
    </message>
</context>
<context>
    <name>PlanSummary</name>
    <message>
        <source>Show results</source>
        <translation>显示结果</translation>
    </message>
    <message>
        <source>Edit plan</source>
        <translation>编辑方案</translation>
    </message>
</context>
<context>
    <name>PlotWords</name>
    <message>
        <source>Memory used</source>
        <translation>已用显存</translation>
    </message>
    <message>
        <source>Utilisation</source>
        <translation>利用率</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Power</source>
        <translation>功率</translation>
    </message>
    <message>
        <source>up to {n}</source>
        <translation>最高 {n}</translation>
    </message>
    <message>
        <source>Not told for a card that MIG divides</source>
        <translation>MIG 划分的显卡不提供</translation>
    </message>
    <message>
        <source>{n} {unit} in all</source>
        <translation>共 {n} {unit}</translation>
    </message>
    <message>
        <source>slows down at {n}</source>
        <translation>{n} 时降频</translation>
    </message>
</context>
<context>
    <name>ProblemDialog</name>
    <message>
        <source>Something unexpected happened</source>
        <translation>发生了意外情况</translation>
    </message>
    <message>
        <source>GPU Planner goes on, and the table is still there: save it under another name to be sure. The report below says where it happened; look through it, and send it to the developers with a word on what you did.</source>
        <translation>GPU Planner 会继续运行，表格还在：为稳妥起见，请另存一份。下面的报告说明了发生的位置；看一遍，并附上你当时的操作发给开发者。</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>复制报告</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>The report is kept in {file} (Help › Show log file).</source>
        <translation>报告保存在 {file}（帮助 › 显示日志文件）。</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
</context>
<context>
    <name>ProblemList</name>
    <message>
        <source>Problems of the table</source>
        <translation>表格的问题</translation>
    </message>
</context>
<context>
    <name>ProblemPanel</name>
    <message>
        <source>Problems</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Kind of problem</source>
        <translation>问题种类</translation>
    </message>
    <message>
        <source>Show accepted</source>
        <translation>显示已接受的</translation>
    </message>
    <message>
        <source>Close the list of problems</source>
        <translation>关闭问题列表</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Fix</source>
        <translation>修正</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>All kinds</source>
        <translation>所有种类</translation>
    </message>
    <message>
        <source>1 row</source>
        <translation>1 行</translation>
    </message>
    <message>
        <source>{n} rows</source>
        <translation>{n} 行</translation>
    </message>
    <message>
        <source>{n} in {rows}</source>
        <translation>{rows}中有 {n} 个</translation>
    </message>
    <message>
        <source>Looking through the rows …</source>
        <translation>正在检查各行…</translation>
    </message>
    <message>
        <source>No problems found in {rows} but those that you have accepted</source>
        <translation>{rows}中除已接受的以外没有发现问题</translation>
    </message>
    <message>
        <source>No problems found in {rows}</source>
        <translation>{rows}中没有发现问题</translation>
    </message>
    <message>
        <source>Fix all of this kind ({n})</source>
        <translation>修正此类全部（{n}）</translation>
    </message>
    <message>
        <source>No longer accept</source>
        <translation>不再接受</translation>
    </message>
    <message>
        <source>{n} problems selected</source>
        <translation>已选择 {n} 个问题</translation>
    </message>
    <message>
        <source>Fix: {change}</source>
        <translation>修正：{change}</translation>
    </message>
</context>
<context>
    <name>ProcessPane</name>
    <message>
        <source>not read now</source>
        <translation>目前未读取</translation>
    </message>
    <message>
        <source>No process uses the cards.</source>
        <translation>没有进程在使用显卡。</translation>
    </message>
    <message>
        <source>GPU {cards}: {reason}</source>
        <translation>GPU {cards}：{reason}</translation>
    </message>
    <message>
        <source>memory: {reason}</source>
        <translation>显存：{reason}</translation>
    </message>
    <message>
        <source>my trial first</source>
        <translation>我的试跑在前</translation>
    </message>
</context>
<context>
    <name>ProcessTable</name>
    <message>
        <source>PID</source>
        <translation>PID</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>显存</translation>
    </message>
    <message>
        <source>SM</source>
        <translation>SM</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>运行时间</translation>
    </message>
    <message>
        <source>Of the multiprocessors, on its busiest card.</source>
        <translation>占流式多处理器的比例，取最忙的一张卡。</translation>
    </message>
    <message>
        <source>The system does not say it: another container&apos;s process, or one that has ended.</source>
        <translation>系统不提供：属于其他容器的进程，或已结束的进程。</translation>
    </message>
    <message>
        <source>my trial: {command}</source>
        <translation>我的试跑：{command}</translation>
    </message>
</context>
<context>
    <name>PythonMenu</name>
    <message>
        <source>no torch seen</source>
        <translation>未见 torch</translation>
    </message>
    <message>
        <source>Choose a Python…</source>
        <translation>选择 Python…</translation>
    </message>
    <message>
        <source>Choose an environment&apos;s folder…</source>
        <translation>选择环境文件夹…</translation>
    </message>
    <message>
        <source>Make an environment…</source>
        <translation>新建环境…</translation>
    </message>
    <message>
        <source>Folder of a venv or conda environment</source>
        <translation>venv 或 conda 环境的文件夹</translation>
    </message>
    <message>
        <source>Python</source>
        <translation>Python</translation>
    </message>
</context>
<context>
    <name>RankWords</name>
    <message>
        <source>rank</source>
        <translation>rank</translation>
    </message>
    <message>
        <source>allocated</source>
        <translation>已分配</translation>
    </message>
    <message>
        <source>reserved</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>error</source>
        <translation>误差</translation>
    </message>
    <message>
        <source>Error of {what}: {n} {unit} are predicted for each rank.</source>
        <translation>{what}的误差：每个 rank 预测 {n} {unit}。</translation>
    </message>
    <message>
        <source>Its peak is in {phase}.</source>
        <translation>其峰值在{phase}。</translation>
    </message>
    <message>
        <source>A step took {n} s.</source>
        <translation>一步用时 {n} 秒。</translation>
    </message>
</context>
<context>
    <name>RecipeLink</name>
    <message>
        <source>Open a r&amp;ecipe…</source>
        <translation>打开配方(&amp;E)…</translation>
    </message>
    <message>
        <source>Cop&amp;y as</source>
        <translation>复制为(&amp;Y)</translation>
    </message>
    <message>
        <source>&amp;Save as recipe</source>
        <translation>存为配方(&amp;S)</translation>
    </message>
    <message>
        <source>Recipe {name}</source>
        <translation>配方 {name}</translation>
    </message>
    <message>
        <source>{format}: the plan in the form is now this one; Undo brings the old one back.</source>
        <translation>{format}：表单中的方案已换成它；撤销可恢复原来的方案。</translation>
    </message>
    <message>
        <source>{name} is on the clipboard.</source>
        <translation>{name} 已在剪贴板上。</translation>
    </message>
    <message>
        <source>is the data: enter the number of its samples for the hours</source>
        <translation>就是数据：请输入其样本数以得到小时数</translation>
    </message>
    <message>
        <source>Save it instead where {names} is needed too.</source>
        <translation>如果还需要 {names}，请改为保存。</translation>
    </message>
    <message>
        <source>Written: {files}</source>
        <translation>已写入：{files}</translation>
    </message>
    <message>
        <source>The plan has a problem; it is marked in the form</source>
        <translation>方案有问题；已在表单中标出</translation>
    </message>
    <message>
        <source>Plan as {format}</source>
        <translation>方案存为 {format}</translation>
    </message>
    <message>
        <source>Recipes ({patterns});;All files (*)</source>
        <translation>配方 ({patterns});;所有文件 (*)</translation>
    </message>
    <message>
        <source>Open a recipe, with its settings if they are in files of their own</source>
        <translation>打开配方；如果设置在单独的文件里，请一并选中</translation>
    </message>
    <message>
        <source>Save as recipe</source>
        <translation>存为配方</translation>
    </message>
</context>
<context>
    <name>RecipeNotes</name>
    <message>
        <source>Notes of the recipe</source>
        <translation>配方的提示</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>1 key</source>
        <translation>1 个键</translation>
    </message>
    <message>
        <source>{n} keys</source>
        <translation>{n} 个键</translation>
    </message>
    <message>
        <source>Not counted</source>
        <translation>未计入</translation>
    </message>
    <message>
        <source>Read as</source>
        <translation>解读为</translation>
    </message>
    <message>
        <source>Cannot be said</source>
        <translation>无法表达</translation>
    </message>
    <message>
        <source>Assumed</source>
        <translation>假定</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Yours to fill in</source>
        <translation>需要你填写</translation>
    </message>
    <message>
        <source>No effect</source>
        <translation>无影响</translation>
    </message>
</context>
<context>
    <name>RecordingsLink</name>
    <message>
        <source>&amp;Monitor</source>
        <translation>监控(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Keep a recording in the document…</source>
        <translation>将录制存入文档(&amp;K)…</translation>
    </message>
    <message>
        <source>Recordings of this document</source>
        <translation>本文档的录制</translation>
    </message>
    <message>
        <source>{name} · {date}, {n} lines</source>
        <translation>{name} · {date}，{n} 行</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>还没有</translation>
    </message>
    <message>
        <source>keep the recording {name}</source>
        <translation>存入录制 {name}</translation>
    </message>
    <message>
        <source>The recording {name} is in the document now, with {n} lines.</source>
        <translation>录制 {name} 已在文档中，共 {n} 行。</translation>
    </message>
    <message>
        <source>Recordings (*.csv)</source>
        <translation>录制 (*.csv)</translation>
    </message>
    <message>
        <source>Keep a recording</source>
        <translation>存入录制</translation>
    </message>
</context>
<context>
    <name>RecoveryLink</name>
    <message>
        <source>Untitled</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>Unsaved changes of {name} from {when} were recovered.</source>
        <translation>已恢复 {name} 在 {when} 未保存的更改。</translation>
    </message>
    <message>
        <source>Unsaved changes of {n} documents were recovered, the last of {name}, {when}.</source>
        <translation>已恢复 {n} 个文档未保存的更改，最后一个是 {name}，{when}。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
</context>
<context>
    <name>ReportLink</name>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Re&amp;port…</source>
        <translation>报告(&amp;P)…</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the report as Markdown</source>
        <translation>将报告复制为 Markdown</translation>
    </message>
    <message>
        <source>Save PDF…</source>
        <translation>保存 PDF…</translation>
    </message>
    <message>
        <source>The plan on the Plan page</source>
        <translation>规划页上的方案</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>{name}, unsaved</source>
        <translation>{name}，未保存</translation>
    </message>
    <message>
        <source>keep the plan</source>
        <translation>保留方案</translation>
    </message>
    <message>
        <source>The report is in the clipboard, as Markdown.</source>
        <translation>报告已以 Markdown 格式放入剪贴板。</translation>
    </message>
    <message>
        <source>Saved: {where}</source>
        <translation>已保存：{where}</translation>
    </message>
    <message>
        <source>Saved: {n} files in {where}</source>
        <translation>已保存：{where} 中的 {n} 个文件</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
</context>
<context>
    <name>ReportPreview</name>
    <message>
        <source>Pages of the report</source>
        <translation>报告的页面</translation>
    </message>
</context>
<context>
    <name>ReportSettings</name>
    <message>
        <source>Letter</source>
        <translation>Letter</translation>
    </message>
    <message>
        <source>Keep this plan</source>
        <translation>保留此方案</translation>
    </message>
    <message>
        <source>Plans</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Sections</source>
        <translation>章节</translation>
    </message>
    <message>
        <source>page</source>
        <translation>页</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>纸张</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>价格</translation>
    </message>
    <message>
        <source>Electricity</source>
        <translation>电费</translation>
    </message>
    <message>
        <source>the plan in words</source>
        <translation>用文字描述的方案</translation>
    </message>
    <message>
        <source>A price of a kWh such as 0.3, 0.3 EUR or €0.3</source>
        <translation>每 kWh 的价格，如 0.3、0.3 EUR 或 €0.3</translation>
    </message>
    <message>
        <source>What the report holds</source>
        <translation>报告的内容</translation>
    </message>
    <message>
        <source>A price such as 1.9, 1.9 EUR or €1.9</source>
        <translation>价格，例如 1.9、1.9 EUR 或 €1.9</translation>
    </message>
    <message>
        <source>Cards to compare</source>
        <translation>要比较的显卡</translation>
    </message>
    <message>
        <source>per hour, as 1.9 EUR</source>
        <translation>每小时，如 1.9 EUR</translation>
    </message>
    <message>
        <source>per kWh, as 0.3 EUR</source>
        <translation>每 kWh，如 0.3 EUR</translation>
    </message>
    <message>
        <source>Before you send it</source>
        <translation>发送之前</translation>
    </message>
</context>
<context>
    <name>Results</name>
    <message>
        <source>Memory over sequence length</source>
        <translation>显存随序列长度的变化</translation>
    </message>
</context>
<context>
    <name>SeriesDialog</name>
    <message>
        <source>Fill series</source>
        <translation>填充序列</translation>
    </message>
    <message>
        <source>First number</source>
        <translation>第一个数字</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>每次加</translation>
    </message>
    <message>
        <source>Multiply by</source>
        <translation>每次乘以</translation>
    </message>
    <message>
        <source>Each next number</source>
        <translation>每个后续数字</translation>
    </message>
    <message>
        <source>Step or factor</source>
        <translation>步长或倍数</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>{n} cells of {column}</source>
        <translation>“{column}”列的 {n} 个单元格</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Defaults</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Reopen windows</source>
        <translation>重新打开窗口</translation>
    </message>
    <message>
        <source>Closes all windows and opens them in the chosen language, with all they hold</source>
        <translation>关闭所有窗口，并以所选语言重新打开，内容全部保留</translation>
    </message>
    <message>
        <source>Looks</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>主题(&amp;T)</translation>
    </message>
    <message>
        <source>Text &amp;size</source>
        <translation>文字大小(&amp;S)</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Memory &amp;unit</source>
        <translation>显存单位(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Reserve of each card</source>
        <translation>每张卡的预留(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Price of a GPU hour</source>
        <translation>每 GPU 小时价格(&amp;P)</translation>
    </message>
    <message>
        <source>none: no costs are shown</source>
        <translation>无：不显示费用</translation>
    </message>
    <message>
        <source>Reserve and price are what a plan begins with; each plan can have its own.</source>
        <translation>预留和价格是方案的初始值；每个方案可以有自己的值。</translation>
    </message>
    <message>
        <source>&amp;Electricity, per kWh</source>
        <translation>电价，每 kWh(&amp;E)</translation>
    </message>
    <message>
        <source>none: kWh without costs</source>
        <translation>无：kWh 不计费用</translation>
    </message>
    <message>
        <source>Electricity alone: it is shown behind the kWh of a plan and added to nothing. The price of a rented GPU mostly includes it.</source>
        <translation>仅指电费：显示在方案的 kWh 之后，不会加到任何费用中。租用 GPU 的价格大多已包含电费。</translation>
    </message>
    <message>
        <source>GPUs</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>Sa&amp;mpling rate</source>
        <translation>采样频率(&amp;M)</translation>
    </message>
    <message>
        <source>Trials</source>
        <translation>试跑</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Choose the Python of trials</source>
        <translation>选择试跑所用的 Python</translation>
    </message>
    <message>
        <source>Python</source>
        <translation>Python</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>更新</translation>
    </message>
    <message>
        <source>none: nothing is asked</source>
        <translation>无：不查询</translation>
    </message>
    <message>
        <source>&amp;Address to ask</source>
        <translation>查询地址(&amp;A)</translation>
    </message>
    <message>
        <source>Asked when you choose Check for updates in the Help menu, and at no other time.</source>
        <translation>只在您从“帮助”菜单选择“检查更新”时查询，其他时候从不查询。</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>隐私</translation>
    </message>
    <message>
        <source>GPU Planner never uses the network and sends nothing to anybody. Only what you start yourself does: making a Python environment, a trial on another computer, and the check for updates.</source>
        <translation>GPU Planner 从不使用网络，也不向任何人发送任何内容。只有您自己启动的操作会使用网络：创建 Python 环境、在另一台计算机上试跑，以及检查更新。</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Settings are kept in</source>
        <translation>设置保存在</translation>
    </message>
    <message>
        <source>Undo defaults</source>
        <translation>撤销恢复默认</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>SettingsLink</name>
    <message>
        <source>Settin&amp;gs…</source>
        <translation>设置(&amp;G)…</translation>
    </message>
    <message>
        <source>{n} Hz</source>
        <translation>{n} Hz</translation>
    </message>
    <message>
        <source>the first with torch that is found</source>
        <translation>找到的第一个带 torch 的 Python</translation>
    </message>
</context>
<context>
    <name>StartNow</name>
    <message>
        <source>on {host}; its versions are told at the start</source>
        <translation>在 {host} 上；版本会在开始时得知</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>What has been measured?</source>
        <translation>有哪些实测？</translation>
    </message>
    <message>
        <source>The table holds benchmark rows. They show how far the estimate on the right can be trusted; it works without them too.</source>
        <translation>表格里是实测数据行。它们表明右边的估算有多可信；没有它们估算也能用。</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>Open the Qwen profile</source>
        <translation>打开 Qwen 实测数据</translation>
    </message>
    <message>
        <source>96 published rows on A100: LoRA, Q-LoRA and full, 1.8B to 72B</source>
        <translation>A100 上的 96 行公开数据：LoRA、Q-LoRA 与全参数，1.8B 到 72B</translation>
    </message>
    <message>
        <source>Paste a table</source>
        <translation>粘贴表格</translation>
    </message>
    <message>
        <source>from a README, a web page or a spreadsheet, with a preview</source>
        <translation>来自 README、网页或电子表格，带预览</translation>
    </message>
    <message>
        <source>Open a file</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <source>.gpuplan, CSV or TSV; or drop it here</source>
        <translation>.gpuplan、CSV 或 TSV；也可以拖到这里</translation>
    </message>
    <message>
        <source>Enter a row by hand</source>
        <translation>手工输入一行</translation>
    </message>
    <message>
        <source>starts from the plan on the right; type what you measured</source>
        <translation>从右边的方案开始；填入你测得的数字</translation>
    </message>
</context>
<context>
    <name>StateWords</name>
    <message>
        <source>Planning works all the same, with the card&apos;s capacity.</source>
        <translation>规划照常可用，按显卡容量计算。</translation>
    </message>
    <message>
        <source>State: {kind}</source>
        <translation>状态：{kind}</translation>
    </message>
    <message>
        <source>NVML&apos;s return code: {code}</source>
        <translation>NVML 返回码：{code}</translation>
    </message>
    <message>
        <source>NVML: {line}</source>
        <translation>NVML：{line}</translation>
    </message>
    <message>
        <source>It is tried again every few seconds; nothing has to be restarted here.</source>
        <translation>每隔几秒会再试一次；这里不需要重启。</translation>
    </message>
    <message>
        <source>Looking for the GPUs …</source>
        <translation>正在查找 GPU…</translation>
    </message>
    <message>
        <source>Resting, because nothing shows the GPUs.</source>
        <translation>休息中，因为没有任何地方显示 GPU。</translation>
    </message>
    <message>
        <source>The monitor has stopped.</source>
        <translation>监控已停止。</translation>
    </message>
    <message>
        <source>The GPU is asleep to save power; reading it would wake it.</source>
        <translation>GPU 为省电而休眠；读取会唤醒它。</translation>
    </message>
    <message>
        <source>The Python package nvidia-ml-py is missing.</source>
        <translation>缺少 Python 包 nvidia-ml-py。</translation>
    </message>
    <message>
        <source>The Python module pynvml comes from another package.</source>
        <translation>Python 模块 pynvml 来自另一个包。</translation>
    </message>
    <message>
        <source>No NVIDIA driver on this computer.</source>
        <translation>本机没有 NVIDIA 驱动。</translation>
    </message>
    <message>
        <source>The NVIDIA driver is not loaded.</source>
        <translation>NVIDIA 驱动未加载。</translation>
    </message>
    <message>
        <source>The NVIDIA driver was updated while running.</source>
        <translation>NVIDIA 驱动在运行期间被更新。</translation>
    </message>
    <message>
        <source>This user may not use the NVIDIA driver.</source>
        <translation>此用户无权使用 NVIDIA 驱动。</translation>
    </message>
    <message>
        <source>The operating system blocks the GPU for this container or job.</source>
        <translation>操作系统禁止此容器或作业使用 GPU。</translation>
    </message>
    <message>
        <source>The NVIDIA driver answers with an unknown fault.</source>
        <translation>NVIDIA 驱动返回未知故障。</translation>
    </message>
    <message>
        <source>The driver is there, but it sees no GPU.</source>
        <translation>驱动正常，但看不到 GPU。</translation>
    </message>
    <message>
        <source>Its figures appear when a program uses it.</source>
        <translation>有程序使用它时，数字就会出现。</translation>
    </message>
    <message>
        <source>Install it: pip install nvidia-ml-py</source>
        <translation>请安装：pip install nvidia-ml-py</translation>
    </message>
    <message>
        <source>Remove it: pip uninstall pynvml, then install nvidia-ml-py again.</source>
        <translation>请移除：pip uninstall pynvml，再重新安装 nvidia-ml-py。</translation>
    </message>
    <message>
        <source>If there is an NVIDIA GPU, install its driver; containers need the Container Toolkit.</source>
        <translation>如果有 NVIDIA GPU，请安装其驱动；容器需要 Container Toolkit。</translation>
    </message>
    <message>
        <source>Install or load it (modprobe nvidia); with Secure Boot its module has to be signed.</source>
        <translation>请安装或加载（modprobe nvidia）；启用 Secure Boot 时，模块必须签名。</translation>
    </message>
    <message>
        <source>Restart the computer to see the cards.</source>
        <translation>重启电脑后即可看到显卡。</translation>
    </message>
    <message>
        <source>Ask who administers this computer for access to /dev/nvidia*.</source>
        <translation>请向本机管理员申请 /dev/nvidia* 的访问权限。</translation>
    </message>
    <message>
        <source>Start the container or the job with a GPU.</source>
        <translation>请让容器或作业带 GPU 启动。</translation>
    </message>
    <message>
        <source>A container that lost its GPU sees this: restart it, or else the computer.</source>
        <translation>失去 GPU 的容器会这样：重启容器，否则重启电脑。</translation>
    </message>
    <message>
        <source>Check that the card is plugged in and visible here or in the container.</source>
        <translation>请检查显卡是否插好，在本机或容器内是否可见。</translation>
    </message>
    <message>
        <source>Asleep to save power</source>
        <translation>省电休眠中</translation>
    </message>
    <message>
        <source>Reading it would wake it. Its figures appear when a program uses it.</source>
        <translation>读取会唤醒它。有程序使用它时，数字就会出现。</translation>
    </message>
    <message>
        <source>Lost from the bus</source>
        <translation>从总线上丢失</translation>
    </message>
    <message>
        <source>The other cards go on. Restarting the computer usually brings it back.</source>
        <translation>其他显卡不受影响。重启电脑通常可以恢复。</translation>
    </message>
    <message>
        <source>Has to be reset</source>
        <translation>需要复位</translation>
    </message>
    <message>
        <source>nvidia-smi --gpu-reset, or restart the computer.</source>
        <translation>nvidia-smi --gpu-reset，或重启电脑。</translation>
    </message>
    <message>
        <source>No permission</source>
        <translation>没有权限</translation>
    </message>
    <message>
        <source>Ask the administrator; with MIG a container sees its instances only.</source>
        <translation>请联系管理员；使用 MIG 时，容器只能看到自己的实例。</translation>
    </message>
    <message>
        <source>Blocked by the system</source>
        <translation>被系统禁止</translation>
    </message>
    <message>
        <source>The container or the job was started without this card.</source>
        <translation>容器或作业启动时没有带这张卡。</translation>
    </message>
    <message>
        <source>Unknown fault</source>
        <translation>未知故障</translation>
    </message>
    <message>
        <source>A container that lost the card sees this: restart it.</source>
        <translation>失去显卡的容器会这样：请重启容器。</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>{what} (NVML {code})</source>
        <translation>{what}（NVML {code}）</translation>
    </message>
</context>
<context>
    <name>StripLink</name>
    <message>
        <source>no GPU</source>
        <translation>没有 GPU</translation>
    </message>
    <message>
        <source>the card&apos;s capacity is taken; enter an amount such as 20 GiB</source>
        <translation>按显卡容量计算；可输入如 20 GiB 的数值</translation>
    </message>
    <message>
        <source>the local GPUs are not read yet</source>
        <translation>本机 GPU 尚未读取</translation>
    </message>
</context>
<context>
    <name>StripMenu</name>
    <message>
        <source>Plan for this card, with what it has free</source>
        <translation>为这张卡规划，按其空闲量</translation>
    </message>
    <message>
        <source>Compare the plan with this card</source>
        <translation>将方案与这张卡比较</translation>
    </message>
    <message>
        <source>Fold into the status bar</source>
        <translation>折叠到状态栏</translation>
    </message>
    <message>
        <source>plan for {gpu}, free now</source>
        <translation>为 {gpu} 规划，按当前空闲</translation>
    </message>
    <message>
        <source>GPUs of this computer</source>
        <translation>本机的 GPU</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>StripWords</name>
    <message>
        <source>GPU {n}</source>
        <translation>GPU {n}</translation>
    </message>
    <message>
        <source>{age} ago</source>
        <translation>{age}前</translation>
    </message>
    <message>
        <source>live, every {n} s</source>
        <translation>实时，每 {n} 秒</translation>
    </message>
    <message>
        <source>live, {n} Hz</source>
        <translation>实时，{n} Hz</translation>
    </message>
    <message>
        <source>driver {version}</source>
        <translation>驱动 {version}</translation>
    </message>
    <message>
        <source>MIG × {n}</source>
        <translation>MIG × {n}</translation>
    </message>
    <message>
        <source>{amount} free</source>
        <translation>空闲 {amount}</translation>
    </message>
    <message>
        <source>{used} of {total} {unit} in use</source>
        <translation>已用 {used} / {total} {unit}</translation>
    </message>
    <message>
        <source>reserved {amount}</source>
        <translation>保留 {amount}</translation>
    </message>
    <message>
        <source>others {amount}</source>
        <translation>其他 {amount}</translation>
    </message>
    <message>
        <source>my trial {amount}</source>
        <translation>我的试跑 {amount}</translation>
    </message>
    <message>
        <source>Utilisation</source>
        <translation>利用率</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Power</source>
        <translation>功率</translation>
    </message>
    <message>
        <source>of {n} W</source>
        <translation>/ {n} W</translation>
    </message>
    <message>
        <source>slowed by heat</source>
        <translation>因过热降频</translation>
    </message>
    <message>
        <source>slowed: {reason}</source>
        <translation>降频：{reason}</translation>
    </message>
    <message>
        <source>Last reading {time}, {age} ago.</source>
        <translation>最后一次读数 {time}，{age}前。</translation>
    </message>
    <message>
        <source>{title}  {amount} free</source>
        <translation>{title}  空闲 {amount}</translation>
    </message>
    <message>
        <source>predicted peak: {peak} + {there} already there</source>
        <translation>预测峰值：{peak} + 已占用 {there}</translation>
    </message>
    <message>
        <source>reserved: {peak} + {there}</source>
        <translation>保留：{peak} + {there}</translation>
    </message>
    <message>
        <source>allocated: {peak} + {there}</source>
        <translation>已分配：{peak} + {there}</translation>
    </message>
    <message>
        <source>The plan would take GPU {numbers}: they have more room</source>
        <translation>方案会用 GPU {numbers}：空闲更多</translation>
    </message>
    <message>
        <source>{amount} short now</source>
        <translation>现在差 {amount}</translation>
    </message>
    <message>
        <source>Would not fit now: {amount} short</source>
        <translation>现在放不下：差 {amount}</translation>
    </message>
    <message>
        <source>Would not fit now on {n} GPUs: {amount} short</source>
        <translation>{n} 块 GPU 上现在放不下：差 {amount}</translation>
    </message>
    <message>
        <source>Would fit now</source>
        <translation>现在可以放下</translation>
    </message>
    <message>
        <source>Tight now</source>
        <translation>现在勉强</translation>
    </message>
    <message>
        <source>{word}: {amount} would stay free</source>
        <translation>{word}：还剩 {amount}</translation>
    </message>
    <message>
        <source>Fits now</source>
        <translation>现在可以放下</translation>
    </message>
    <message>
        <source>{word} on {n} GPUs: {amount} would stay free on each</source>
        <translation>{n} 块 GPU 上{word}：每块还剩 {amount}</translation>
    </message>
    <message>
        <source>{word}: {amount} left</source>
        <translation>{word}：剩 {amount}</translation>
    </message>
    <message>
        <source>The plan&apos;s peak, {peak}, against the {free} that are free now.</source>
        <translation>方案峰值 {peak}，现在空闲 {free}。</translation>
    </message>
    <message>
        <source>The {amount} of the job that is followed count as free.</source>
        <translation>被跟踪作业的 {amount} 算作空闲。</translation>
    </message>
    <message>
        <source>The rest: {holders}.</source>
        <translation>其余：{holders}。</translation>
    </message>
    <message>
        <source>The plan takes GPU {numbers}; the fullest decides.</source>
        <translation>方案使用 GPU {numbers}；以占用最多的一块为准。</translation>
    </message>
    <message>
        <source>The plan is for {gpu}.</source>
        <translation>方案针对的是 {gpu}。</translation>
    </message>
    <message>
        <source>{who} runs there</source>
        <translation>{who} 正在那里运行</translation>
    </message>
    <message>
        <source>{who} holds {amount}</source>
        <translation>{who} 占用 {amount}</translation>
    </message>
    <message>
        <source>Planning works all the same.</source>
        <translation>规划照常可用。</translation>
    </message>
    <message>
        <source>No NVIDIA GPU on this computer.</source>
        <translation>本机没有 NVIDIA GPU。</translation>
    </message>
</context>
<context>
    <name>TableEditing</name>
    <message>
        <source>clear cell</source>
        <translation>清除单元格</translation>
    </message>
    <message>
        <source>clear {n} cells</source>
        <translation>清除 {n} 个单元格</translation>
    </message>
    <message>
        <source>clipboard</source>
        <translation>剪贴板</translation>
    </message>
    <message>
        <source>the text has no head line with known columns</source>
        <translation>文本没有包含已知列名的表头</translation>
    </message>
    <message>
        <source>copy the head line too, with names such as {names}</source>
        <translation>请连表头一起复制，列名如 {names}</translation>
    </message>
    <message>
        <source>Columns beside each other hold different quantities; the pivot can be filled to the right.</source>
        <translation>相邻的列是不同的量；透视视图可以向右填充。</translation>
    </message>
    <message>
        <source>add row</source>
        <translation>添加行</translation>
    </message>
    <message>
        <source>insert row above</source>
        <translation>在上方插入行</translation>
    </message>
    <message>
        <source>duplicate row</source>
        <translation>重复行</translation>
    </message>
    <message>
        <source>duplicate {n} rows</source>
        <translation>重复 {n} 行</translation>
    </message>
    <message>
        <source>add plan as row</source>
        <translation>将方案添加为行</translation>
    </message>
    <message>
        <source>delete row</source>
        <translation>删除行</translation>
    </message>
    <message>
        <source>delete {n} rows</source>
        <translation>删除 {n} 行</translation>
    </message>
    <message>
        <source>The new row does not pass the filter; it stays in view until the filter changes.</source>
        <translation>新行不符合筛选条件；在筛选改变之前仍会显示。</translation>
    </message>
    <message>
        <source>{n} new rows do not pass the filter; they stay in view until the filter changes.</source>
        <translation>{n} 个新行不符合筛选条件；在筛选改变之前仍会显示。</translation>
    </message>
    <message>
        <source>paste row</source>
        <translation>粘贴行</translation>
    </message>
    <message>
        <source>paste {n} rows</source>
        <translation>粘贴 {n} 行</translation>
    </message>
    <message>
        <source>paste cell</source>
        <translation>粘贴单元格</translation>
    </message>
    <message>
        <source>paste {n} cells</source>
        <translation>粘贴 {n} 个单元格</translation>
    </message>
    <message>
        <source>1 column of the clipboard lies beyond the last column and was left out.</source>
        <translation>剪贴板中有 1 列超出最后一列，未粘贴。</translation>
    </message>
    <message>
        <source>{n} columns of the clipboard lie beyond the last column and were left out.</source>
        <translation>剪贴板中有 {n} 列超出最后一列，未粘贴。</translation>
    </message>
</context>
<context>
    <name>TableFills</name>
    <message>
        <source>{where} could not be read: mend it before it is filled down.</source>
        <translation>{where} 无法读取：请先改正，再向下填充。</translation>
    </message>
    <message>
        <source>Nothing lies above: select the cell to copy together with the cells below it.</source>
        <translation>上方没有单元格：请把要复制的单元格和它下方的单元格一起选中。</translation>
    </message>
    <message>
        <source>fill down of 1 cell</source>
        <translation>向下填充 1 个单元格</translation>
    </message>
    <message>
        <source>fill down of {n} cells</source>
        <translation>向下填充 {n} 个单元格</translation>
    </message>
    <message>
        <source>Row {row}: {reason}</source>
        <translation>第 {row} 行：{reason}</translation>
    </message>
    <message>
        <source>fill series of 1 cell</source>
        <translation>填充序列，1 个单元格</translation>
    </message>
    <message>
        <source>fill series of {n} cells</source>
        <translation>填充序列，{n} 个单元格</translation>
    </message>
    <message>
        <source>Select the first number and the cells below it, all in one column.</source>
        <translation>请在同一列中选中第一个数字和它下方的单元格。</translation>
    </message>
    <message>
        <source>{column} holds no numbers of its own: a series needs a column of numbers.</source>
        <translation>“{column}”列没有可填写的数字：序列需要数字列。</translation>
    </message>
    <message>
        <source>{where} holds no number: a series starts from it.</source>
        <translation>{where} 不是数字：序列要从它开始。</translation>
    </message>
    <message>
        <source>Row {row}, {column}</source>
        <translation>第 {row} 行，{column}</translation>
    </message>
    <message>
        <source>{n} cells filled.</source>
        <translation>已填充 {n} 个单元格。</translation>
    </message>
    <message>
        <source>Computed, so nothing can be filled in: {columns}.</source>
        <translation>由计算得出，无法填充：{columns}。</translation>
    </message>
</context>
<context>
    <name>TableFoot</name>
    <message>
        <source>Next F8</source>
        <translation>下一条 F8</translation>
    </message>
    <message>
        <source>Go to the next problem</source>
        <translation>转到下一个问题</translation>
    </message>
    <message>
        <source>A click lists all problems</source>
        <translation>点击可列出所有问题</translation>
    </message>
</context>
<context>
    <name>TablePage</name>
    <message>
        <source>1 problem</source>
        <translation>1 个问题</translation>
    </message>
    <message>
        <source>{n} problems</source>
        <translation>{n} 个问题</translation>
    </message>
</context>
<context>
    <name>TableTools</name>
    <message>
        <source>All models</source>
        <translation>全部模型</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>no rows</source>
        <translation>没有行</translation>
    </message>
    <message>
        <source>1 row</source>
        <translation>1 行</translation>
    </message>
    <message>
        <source>{n} rows</source>
        <translation>{n} 行</translation>
    </message>
    <message>
        <source>{shown} of {n} rows</source>
        <translation>{shown} / {n} 行</translation>
    </message>
    <message>
        <source>Filter by model and method</source>
        <translation>按模型和方法筛选</translation>
    </message>
    <message>
        <source>Take the filter away</source>
        <translation>取消筛选</translation>
    </message>
    <message>
        <source>Add a row with the plan of the current one</source>
        <translation>按当前方案添加一行</translation>
    </message>
    <message>
        <source>Import somebody&apos;s table: HTML, Markdown, CSV, Excel</source>
        <translation>导入他人的表格：HTML、Markdown、CSV、Excel</translation>
    </message>
    <message>
        <source>Find or filter</source>
        <translation>查找或筛选</translation>
    </message>
    <message>
        <source>Find or filter rows</source>
        <translation>查找或筛选行</translation>
    </message>
    <message>
        <source>Shows the rows that hold every word; the document keeps all</source>
        <translation>只显示包含所有词的行；文档保留全部</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>GiB per GPU</source>
        <translation>GiB / 卡</translation>
    </message>
    <message>
        <source>GB per GPU</source>
        <translation>GB / 卡</translation>
    </message>
    <message>
        <source>GiB, all GPUs</source>
        <translation>GiB，所有 GPU</translation>
    </message>
    <message>
        <source>as written</source>
        <translation>按原文</translation>
    </message>
    <message>
        <source>Unit of memory</source>
        <translation>显存单位</translation>
    </message>
    <message>
        <source>Unit in which every page shows memory; files keep what was written</source>
        <translation>所有页面显示显存的单位；文件保留原文</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>All methods</source>
        <translation>全部方法</translation>
    </message>
</context>
<context>
    <name>TableView</name>
    <message>
        <source>Benchmark rows</source>
        <translation>实测数据行</translation>
    </message>
    <message>
        <source>Measured rows with the estimate for each row&apos;s own plan</source>
        <translation>实测行，附有对该行方案的估算</translation>
    </message>
</context>
<context>
    <name>TimeLabels</name>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Wheel: zoom. Drag: move. Double-click: back to the newest.</source>
        <translation>滚轮：缩放。拖动：移动。双击：回到最新。</translation>
    </message>
</context>
<context>
    <name>TrialActions</name>
    <message>
        <source>The Python that runs the trial; click to choose another</source>
        <translation>运行试跑的 Python；点击可另选</translation>
    </message>
    <message>
        <source>Dry run</source>
        <translation>空跑</translation>
    </message>
    <message>
        <source>The real step on fake tensors: allocated memory to the byte, in seconds, without a card</source>
        <translation>在假张量上走一遍真实的训练步：几秒内得到精确到字节的已分配显存，不需要显卡</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
</context>
<context>
    <name>TrialBody</name>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
</context>
<context>
    <name>TrialBridge</name>
    <message>
        <source>… {n} lines left out</source>
        <translation>…略去 {n} 行</translation>
    </message>
    <message>
        <source>step {n}</source>
        <translation>第 {n} 步</translation>
    </message>
    <message>
        <source>loss {n}</source>
        <translation>损失 {n}</translation>
    </message>
    <message>
        <source>allocated</source>
        <translation>已分配</translation>
    </message>
    <message>
        <source>reserved</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>device</source>
        <translation>设备</translation>
    </message>
</context>
<context>
    <name>TrialCharts</name>
    <message>
        <source>Step time</source>
        <translation>每步时间</translation>
    </message>
    <message>
        <source>No step time</source>
        <translation>没有每步时间</translation>
    </message>
    <message>
        <source>Step time, median {n} s</source>
        <translation>每步时间，中位数 {n} 秒</translation>
    </message>
</context>
<context>
    <name>TrialCheckWords</name>
    <message>
        <source>Where</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Ranks</source>
        <translation>Rank</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>频率</translation>
    </message>
    <message>
        <source>Another trial</source>
        <translation>另一次试跑</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Other processes</source>
        <translation>其他进程</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>环境</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>A trial runs in the window {name}. One runs at a time.</source>
        <translation>窗口 {name} 中正在试跑。一次只能进行一个。</translation>
    </message>
    <message>
        <source>The disk is full: the worker&apos;s own files need {n} MiB.</source>
        <translation>磁盘已满：worker 自身的文件需要 {n} MiB。</translation>
    </message>
    <message>
        <source>A dry run takes some seconds and next to no memory.</source>
        <translation>空跑只需几秒，几乎不占内存。</translation>
    </message>
    <message>
        <source>Nobody knows how much memory is free: {why}</source>
        <translation>不知道有多少显存空闲：{why}</translation>
    </message>
    <message>
        <source>{needed} needed on each GPU; what is free there ({place}) is not seen from here.</source>
        <translation>每张 GPU 需要 {needed}；那里（{place}）有多少空闲，从这里看不到。</translation>
    </message>
    <message>
        <source>{needed} needed; what is free there ({place}) is not seen from here.</source>
        <translation>需要 {needed}；那里（{place}）有多少空闲，从这里看不到。</translation>
    </message>
    <message>
        <source>{ranks} ranks want {ranks} cards, and {cards} can be seen. Choose the CPU as the device, another computer, or Slurm.</source>
        <translation>{ranks} 个 rank 需要 {ranks} 张卡，而只能看到 {cards} 张。请把设备选为 CPU，或选择另一台电脑或 Slurm。</translation>
    </message>
    <message>
        <source>{n} on the CPU (gloo)</source>
        <translation>CPU 上 {n} 个（gloo）</translation>
    </message>
    <message>
        <source>{n} on each computer</source>
        <translation>每台电脑 {n} 个</translation>
    </message>
    <message>
        <source>{n}; the cards are not seen</source>
        <translation>{n} 个；看不到显卡</translation>
    </message>
    <message>
        <source>{n}; cards seen: {cards}</source>
        <translation>{n}；可见显卡：{cards}</translation>
    </message>
    <message>
        <source>slowed by {words}</source>
        <translation>因{words}降频</translation>
    </message>
    <message>
        <source>no limit hit</source>
        <translation>没有达到限制</translation>
    </message>
    <message>
        <source>power cap {n} W</source>
        <translation>功率上限 {n} W</translation>
    </message>
    <message>
        <source>{n} of {most} MHz just now; a card at rest clocks down</source>
        <translation>目前 {n} / {most} MHz；空闲的显卡会降频</translation>
    </message>
    <message>
        <source>It will hardly fit: {needed} needed, {free} free on the card now ({percent} % likely).</source>
        <translation>多半放不下：需要 {needed}，显卡现在空闲 {free}（可能性 {percent} %）。</translation>
    </message>
    <message>
        <source>It will not fit: {needed} needed, {free} free on this computer now.</source>
        <translation>放不下：需要 {needed}，本机现在空闲 {free}。</translation>
    </message>
    <message>
        <source>It should fit: {needed} needed, {free} free ({percent} % likely).</source>
        <translation>应该可以放下：需要 {needed}，空闲 {free}（可能性 {percent} %）。</translation>
    </message>
    <message>
        <source>It should fit: {needed} needed, {free} free on this computer.</source>
        <translation>应该可以放下：需要 {needed}，本机空闲 {free}。</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>显存</translation>
    </message>
    <message>
        <source>Free memory</source>
        <translation>空闲显存</translation>
    </message>
    <message>
        <source>Free memory (host)</source>
        <translation>空闲内存（主机）</translation>
    </message>
    <message>
        <source>half a GiB is enough</source>
        <translation>半个 GiB 就够</translation>
    </message>
    <message>
        <source>{needed} needed, {why}</source>
        <translation>需要 {needed}，{why}</translation>
    </message>
    <message>
        <source>{free}, {needed} needed</source>
        <translation>{free}，需要 {needed}</translation>
    </message>
    <message>
        <source>, {percent} % likely</source>
        <translation>，可能性 {percent} %</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>; {n} more</source>
        <translation>；另有 {n} 个</translation>
    </message>
    <message>
        <source>not known; nothing is downloaded</source>
        <translation>未知；不会下载任何东西</translation>
    </message>
    <message>
        <source>full: {n} MiB free</source>
        <translation>已满：空闲 {n} MiB</translation>
    </message>
    <message>
        <source>nothing is downloaded</source>
        <translation>不会下载任何东西</translation>
    </message>
    <message>
        <source>not known, no limit</source>
        <translation>未知，无限制</translation>
    </message>
    <message>
        <source>limit {limit}</source>
        <translation>上限 {limit}</translation>
    </message>
    <message>
        <source>about {about}</source>
        <translation>约 {about}</translation>
    </message>
    <message>
        <source>about {about}, limit {limit}</source>
        <translation>约 {about}，上限 {limit}</translation>
    </message>
</context>
<context>
    <name>TrialChecks</name>
    <message>
        <source>not seen from here</source>
        <translation>从这里看不到</translation>
    </message>
    <message>
        <source>this system does not say</source>
        <translation>此系统不提供</translation>
    </message>
    <message>
        <source>A trial trains; choose a training method on the Plan page.</source>
        <translation>试跑需要训练；请在规划页选择训练方法。</translation>
    </message>
    <message>
        <source>Several GPUs are tried with DDP, FSDP or ZeRO; choose one on the Plan page.</source>
        <translation>多张 GPU 用 DDP、FSDP 或 ZeRO 试跑；请在规划页选择。</translation>
    </message>
    <message>
        <source>another computer</source>
        <translation>另一台电脑</translation>
    </message>
    <message>
        <source>Slurm</source>
        <translation>Slurm</translation>
    </message>
</context>
<context>
    <name>TrialCommands</name>
    <message>
        <source>&amp;Trial</source>
        <translation>试跑(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Run trial</source>
        <translation>开始试跑(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Dry run</source>
        <translation>空跑(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Python…</source>
        <translation>Python(&amp;P)…</translation>
    </message>
    <message>
        <source>Run trial</source>
        <translation>试跑</translation>
    </message>
</context>
<context>
    <name>TrialEndWords</name>
    <message>
        <source>Allocated bytes are those of a card; the time is this CPU&apos;s.</source>
        <translation>已分配字节与显卡上相同；时间是此 CPU 的。</translation>
    </message>
    <message>
        <source>As the real step, to the byte; nothing about time or the kernels&apos; scratch.</source>
        <translation>与真实训练步逐字节相同；不反映时间和内核的临时空间。</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>No step was measured, so there is no row.</source>
        <translation>没有测得任何一步，因此没有行。</translation>
    </message>
    <message>
        <source>The computer&apos;s own memory ran out{where}.</source>
        <translation>{where}电脑自身内存不足。</translation>
    </message>
    <message>
        <source>That says nothing about a card. A dry run needs half a GiB.</source>
        <translation>这与显卡无关。空跑只需半个 GiB。</translation>
    </message>
    <message>
        <source>Out of memory</source>
        <translation>显存不足</translation>
    </message>
    <message>
        <source>Out of memory{where}{figures}.</source>
        <translation>{where}显存不足{figures}。</translation>
    </message>
    <message>
        <source>Take a shorter length or one of the changes on the Plan page.</source>
        <translation>请缩短长度，或采用规划页上的某项更改。</translation>
    </message>
    <message>
        <source> in {phase}, step {n}</source>
        <translation>第 {n} 步{phase}时</translation>
    </message>
    <message>
        <source> in {phase}</source>
        <translation>{phase}时</translation>
    </message>
    <message>
        <source>: {n} in use</source>
        <translation>：已用 {n}</translation>
    </message>
    <message>
        <source>, {n} more asked for</source>
        <translation>，又申请 {n}</translation>
    </message>
    <message>
        <source>The worker gave no reason.</source>
        <translation>worker 没有给出原因。</translation>
    </message>
    <message>
        <source>The log has the last lines that it printed.</source>
        <translation>日志里有它最后打印的几行。</translation>
    </message>
    <message>
        <source>Free some space on the disk, then start again.</source>
        <translation>请在磁盘上腾出空间，然后重新开始。</translation>
    </message>
    <message>
        <source>The trial ends there as well. Start again when it can be reached.</source>
        <translation>那里的试跑也会结束。能连上时请重新开始。</translation>
    </message>
    <message>
        <source>It has to work in a terminal without a question first.</source>
        <translation>须先能在终端里不经提问就成功。</translation>
    </message>
    <message>
        <source>Mend the options for srun, then start again.</source>
        <translation>请改正 srun 的选项，然后重新开始。</translation>
    </message>
    <message>
        <source>Name the Python of that computer in the options.</source>
        <translation>请在选项中指明那台电脑的 Python。</translation>
    </message>
    <message>
        <source>Choose the CPU as the device, or a Python whose torch was built for CUDA.</source>
        <translation>请把设备选为 CPU，或选择 torch 带 CUDA 的 Python。</translation>
    </message>
    <message>
        <source>Choose another Python, or mend this one and start again.</source>
        <translation>请另选 Python，或修好这一个后重新开始。</translation>
    </message>
    <message>
        <source>Close other programs or take a smaller plan; a dry run needs half a GiB.</source>
        <translation>请关闭其他程序或缩小方案；空跑只需半个 GiB。</translation>
    </message>
    <message>
        <source>It may wait for a network disk or a driver. The log has its last lines.</source>
        <translation>它可能在等网络磁盘或驱动。日志里有最后几行。</translation>
    </message>
    <message>
        <source>Something in that Python prints into the worker&apos;s own channel.</source>
        <translation>那个 Python 里有东西往 worker 自己的通道里打印。</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>A dry run does not cover this plan: {why}.</source>
        <translation>空跑不支持此方案：{why}。</translation>
    </message>
    <message>
        <source>The nearest plan that it covers: {changes}.</source>
        <translation>所支持的最接近方案：{changes}。</translation>
    </message>
    <message>
        <source>Not covered</source>
        <translation>不支持</translation>
    </message>
</context>
<context>
    <name>TrialLink</name>
    <message>
        <source>Trial</source>
        <translation>试跑</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>未命名</translation>
    </message>
</context>
<context>
    <name>TrialLog</name>
    <message>
        <source>Log of the trial</source>
        <translation>试跑日志</translation>
    </message>
    <message>
        <source>What the trial and its libraries say appears here.</source>
        <translation>试跑及其库的输出会显示在这里。</translation>
    </message>
</context>
<context>
    <name>TrialOptionsForm</name>
    <message>
        <source>warm-up</source>
        <translation>预热</translation>
    </message>
    <message>
        <source>random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>Memory and time do not depend on the weights&apos; values. A folder has to hold safetensors.</source>
        <translation>显存和时间与权重的数值无关。文件夹里须有 safetensors。</translation>
    </message>
    <message>
        <source>Choose a folder of weights</source>
        <translation>选择权重文件夹</translation>
    </message>
    <message>
        <source>Several lengths in one go, the longest first: 4096, 2048, 1024</source>
        <translation>一次运行多个长度，最长的在前：4096, 2048, 1024</translation>
    </message>
    <message>
        <source>{n}, the plan&apos;s own</source>
        <translation>{n}，方案自身的</translation>
    </message>
    <message>
        <source>GPU if there is one</source>
        <translation>有 GPU 就用 GPU</translation>
    </message>
    <message>
        <source>GPU (CUDA)</source>
        <translation>GPU（CUDA）</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Folder of weights</source>
        <translation>权重文件夹</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Time limit</source>
        <translation>时间上限</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Lengths</source>
        <translation>长度</translation>
    </message>
</context>
<context>
    <name>TrialPage</name>
    <message>
        <source>Trial</source>
        <translation>试跑</translation>
    </message>
    <message>
        <source>Stop the trial?</source>
        <translation>停止试跑吗？</translation>
    </message>
    <message>
        <source>What was measured until then is kept.</source>
        <translation>已测得的内容会保留。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>TrialPython</name>
    <message>
        <source>being looked at …</source>
        <translation>正在查看…</translation>
    </message>
    <message>
        <source>its versions are told at the start</source>
        <translation>版本会在开始时得知</translation>
    </message>
    <message>
        <source> The CPU can be chosen as the device.</source>
        <translation>可以把设备选为 CPU。</translation>
    </message>
    <message>
        <source>{text}.</source>
        <translation>{text}。</translation>
    </message>
    <message>
        <source>{path}: {what}; {hint}</source>
        <translation>{path}：{what}；{hint}</translation>
    </message>
    <message>
        <source>No Python with torch is found; choose one, or make an environment.</source>
        <translation>没有找到带 torch 的 Python；请选择一个，或新建环境。</translation>
    </message>
</context>
<context>
    <name>TrialShow</name>
    <message>
        <source>Not ready</source>
        <translation>未就绪</translation>
    </message>
    <message>
        <source>There is no estimate of this plan yet.</source>
        <translation>此方案还没有估算。</translation>
    </message>
    <message>
        <source>Not started</source>
        <translation>未开始</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>per GPU</source>
        <translation>每卡</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>正在运行</translation>
    </message>
    <message>
        <source>So far</source>
        <translation>目前</translation>
    </message>
    <message>
        <source>In the end</source>
        <translation>最终</translation>
    </message>
    <message>
        <source>fullest of {n} ranks</source>
        <translation>{n} 个 rank 中最满的</translation>
    </message>
    <message>
        <source>rank 0 of {n}</source>
        <translation>{n} 个 rank 中的 rank 0</translation>
    </message>
    <message>
        <source>At the end, a row marked ◆ is added to the table. The estimate changes only if you accept the correction.</source>
        <translation>结束时会在表中添加一行，标记为 ◆。只有你接受校正，估算才会改变。</translation>
    </message>
</context>
<context>
    <name>TrialSide</name>
    <message>
        <source>Checked before the start</source>
        <translation>开始前的检查</translation>
    </message>
    <message>
        <source>All lengths</source>
        <translation>所有长度</translation>
    </message>
    <message>
        <source>Ranks</source>
        <translation>Rank</translation>
    </message>
    <message>
        <source>Run anyway</source>
        <translation>仍要运行</translation>
    </message>
    <message>
        <source>Copy the line</source>
        <translation>复制此行</translation>
    </message>
    <message>
        <source>Choose another Python…</source>
        <translation>另选 Python…</translation>
    </message>
    <message>
        <source>Dry run instead</source>
        <translation>改为空跑</translation>
    </message>
    <message>
        <source>Show correction</source>
        <translation>查看校正</translation>
    </message>
    <message>
        <source>Show the row</source>
        <translation>显示该行</translation>
    </message>
    <message>
        <source>Keep the row</source>
        <translation>保留该行</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>选项</translation>
    </message>
</context>
<context>
    <name>TrialWords</name>
    <message>
        <source>{n} tokens</source>
        <translation>{n} tokens</translation>
    </message>
    <message>
        <source>batch {n}</source>
        <translation>批次 {n}</translation>
    </message>
    <message>
        <source>weights of {folder}</source>
        <translation>{folder} 的权重</translation>
    </message>
    <message>
        <source>random weights</source>
        <translation>随机权重</translation>
    </message>
    <message>
        <source>CPU of this computer</source>
        <translation>本机 CPU</translation>
    </message>
    <message>
        <source>GPU {n}, {name}</source>
        <translation>GPU {n}，{name}</translation>
    </message>
    <message>
        <source>{n} ranks, {sharding}</source>
        <translation>{n} 个进程，{sharding}</translation>
    </message>
    <message>
        <source>on {host}, over ssh</source>
        <translation>在 {host} 上，经 ssh</translation>
    </message>
    <message>
        <source>a job of Slurm</source>
        <translation>Slurm 作业</translation>
    </message>
    <message>
        <source>dry run on fake tensors</source>
        <translation>在假张量上空跑</translation>
    </message>
    <message>
        <source>Warm up, {n} steps</source>
        <translation>预热，{n} 步</translation>
    </message>
    <message>
        <source>Warm up, 1 step</source>
        <translation>预热，1 步</translation>
    </message>
    <message>
        <source>Warm up, step {i} of {n}</source>
        <translation>预热，第 {i} / {n} 步</translation>
    </message>
    <message>
        <source>Train, {n} steps</source>
        <translation>训练，{n} 步</translation>
    </message>
    <message>
        <source>Train, step {i} of {n}</source>
        <translation>训练，第 {i} / {n} 步</translation>
    </message>
    <message>
        <source>Build the model</source>
        <translation>构建模型</translation>
    </message>
    <message>
        <source>Run the step on fake tensors</source>
        <translation>在假张量上走一步</translation>
    </message>
    <message>
        <source>Import torch</source>
        <translation>导入 torch</translation>
    </message>
    <message>
        <source>Import transformers, peft</source>
        <translation>导入 transformers、peft</translation>
    </message>
    <message>
        <source>dry run</source>
        <translation>空跑</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>error</source>
        <translation>误差</translation>
    </message>
    <message>
        <source>Allocated</source>
        <translation>已分配</translation>
    </message>
    <message>
        <source>A step&apos;s time on the CPU says nothing about a card.</source>
        <translation>CPU 上的每步时间不能说明显卡。</translation>
    </message>
    <message>
        <source>Step on the CPU</source>
        <translation>CPU 上的每步时间</translation>
    </message>
    <message>
        <source>Reserved</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Device (NVML)</source>
        <translation>设备（NVML）</translation>
    </message>
    <message>
        <source>Step time</source>
        <translation>每步时间</translation>
    </message>
    <message>
        <source>Another card than the plan&apos;s: its time is not compared.</source>
        <translation>显卡与方案不同：不比较时间。</translation>
    </message>
    <message>
        <source>A mean over the measured steps; the estimator does not predict it.</source>
        <translation>实测各步的平均值；估算器不预测它。</translation>
    </message>
    <message>
        <source>Power</source>
        <translation>功率</translation>
    </message>
    <message>
        <source>Median of {n} steps after the warm-up; half of them took {low}–{high} s.</source>
        <translation>预热之后 {n} 步的中位数；其中一半用时 {low}–{high} 秒。</translation>
    </message>
    <message>
        <source>Reserved by torch&apos;s allocator, replayed: {band} {unit}</source>
        <translation>torch 分配器的保留量，重放得出：{band} {unit}</translation>
    </message>
    <message>
        <source>{label}: predicted − measured = {n} {unit}</source>
        <translation>{label}：预测 − 实测 = {n} {unit}</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} 分钟</translation>
    </message>
    <message>
        <source>{n} h</source>
        <translation>{n} 小时</translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>还需约 {time}</translation>
    </message>
    <message>
        <source>Python: {path}</source>
        <translation>Python：{path}</translation>
    </message>
    <message>
        <source>No Python</source>
        <translation>没有 Python</translation>
    </message>
</context>
<context>
    <name>UpdateDialog</name>
    <message>
        <source>Check for updates</source>
        <translation>检查更新</translation>
    </message>
    <message>
        <source>This is GPU Planner {version}.</source>
        <translation>这是 GPU Planner {version}。</translation>
    </message>
    <message>
        <source>What is new there</source>
        <translation>那里的新内容</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>再次查询</translation>
    </message>
    <message>
        <source>Open page</source>
        <translation>打开网页</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>No address is set</source>
        <translation>没有设置地址</translation>
    </message>
    <message>
        <source>Where newer versions are published is not known. If whoever gave you the program names an address, enter it in the settings, under Updates: one with https://, or a file or a folder, such as on a share of your lab.</source>
        <translation>新版本发布在何处尚不清楚。如果给您本程序的人提供了地址，请在设置的“更新”中输入：以 https:// 开头的地址，或者文件或文件夹，例如实验室共享目录中的。</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>正在查询…</translation>
    </message>
    <message>
        <source>Version {version} is available</source>
        <translation>有版本 {version}</translation>
    </message>
    <message>
        <source>This is the newest version</source>
        <translation>这是最新版本</translation>
    </message>
    <message>
        <source>This version is newer than the published one</source>
        <translation>本版本比已发布的版本更新</translation>
    </message>
    <message>
        <source>{address} names version {version}.</source>
        <translation>{address} 给出的版本是 {version}。</translation>
    </message>
    <message>
        <source>{address} names version {version}. Nothing is loaded or installed by itself.</source>
        <translation>{address} 给出的版本是 {version}。不会自动下载或安装任何内容。</translation>
    </message>
    <message>
        <source>No answer that can be used</source>
        <translation>没有得到可用的回答</translation>
    </message>
</context>
<context>
    <name>UpdateLink</name>
    <message>
        <source>Check for &amp;updates…</source>
        <translation>检查更新(&amp;U)…</translation>
    </message>
</context>
<context>
    <name>ValueList</name>
    <message>
        <source>(empty)</source>
        <translation>（空白）</translation>
    </message>
</context>
<context>
    <name>ValueView</name>
    <message>
        <source>Values of the column</source>
        <translation>列的值</translation>
    </message>
</context>
<context>
    <name>VerdictWording</name>
    <message>
        <source>the card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>the budget</source>
        <translation>预算</translation>
    </message>
    <message>
        <source>what is free</source>
        <translation>空闲量</translation>
    </message>
    <message>
        <source>90 % range {low}–{high}</source>
        <translation>90 % 区间 {low}–{high}</translation>
    </message>
    <message>
        <source>total, {n} GPUs: {amount}</source>
        <translation>合计，{n} 张 GPU：{amount}</translation>
    </message>
    <message>
        <source>the estimate alone: {probability}</source>
        <translation>仅看估算：{probability}</translation>
    </message>
    <message>
        <source>fits with &gt; 99 % probability</source>
        <translation>放得下的概率 &gt; 99 %</translation>
    </message>
    <message>
        <source>fits with &lt; 1 % probability</source>
        <translation>放得下的概率 &lt; 1 %</translation>
    </message>
    <message>
        <source>fits with {percent} % probability</source>
        <translation>放得下的概率 {percent} %</translation>
    </message>
    <message>
        <source>No estimate</source>
        <translation>没有估算</translation>
    </message>
    <message>
        <source>Above 90 % of {whose}; {free} would stay free.</source>
        <translation>超过{whose}的 90 %；只剩 {free}。</translation>
    </message>
    <message>
        <source>Above 90 % of {whose}.</source>
        <translation>超过{whose}的 90 %。</translation>
    </message>
    <message>
        <source>The range reaches past {whose}; {free} would stay free.</source>
        <translation>可能区间超出{whose}；只剩 {free}。</translation>
    </message>
    <message>
        <source>The range reaches past {whose}.</source>
        <translation>可能区间超出{whose}。</translation>
    </message>
    <message>
        <source>{free} stay free.</source>
        <translation>还剩 {free}。</translation>
    </message>
    <message>
        <source>The range is wide: nothing measured yet.</source>
        <translation>区间较宽：还没有实测。</translation>
    </message>
    <message>
        <source>{free} stay free: a larger batch would be faster.</source>
        <translation>还剩 {free}：加大批次会更快。</translation>
    </message>
    <message>
        <source>Row {row} ran out of memory with these settings, on {gpu}.</source>
        <translation>第 {row} 行以相同设置显存不足（{gpu}）。</translation>
    </message>
    <message>
        <source>Row {row} ran out of memory at {length} tokens already, on {gpu}.</source>
        <translation>第 {row} 行在 {length} tokens 处已显存不足（{gpu}）。</translation>
    </message>
    <message>
        <source>Out of memory in row {row}.</source>
        <translation>第 {row} 行显存不足。</translation>
    </message>
    <message>
        <source>Row {row} measured {amount} with these settings: {over} over {whose}.</source>
        <translation>第 {row} 行以相同设置实测 {amount}：超出{whose} {over}。</translation>
    </message>
    <message>
        <source>Row {row} measured {amount} at {length} tokens already: {over} over {whose}.</source>
        <translation>第 {row} 行在 {length} tokens 处已实测 {amount}：超出{whose} {over}。</translation>
    </message>
    <message>
        <source>Row {row} measured {amount} with these settings: above 90 % of {whose}.</source>
        <translation>第 {row} 行以相同设置实测 {amount}：超过{whose}的 90 %。</translation>
    </message>
    <message>
        <source>Row {row} measured {amount} at {length} tokens: above 90 % of {whose}.</source>
        <translation>第 {row} 行在 {length} tokens 处实测 {amount}：超过{whose}的 90 %。</translation>
    </message>
    <message>
        <source>Row {row} measured {amount}: {over} over {whose}.</source>
        <translation>第 {row} 行实测 {amount}：超出{whose} {over}。</translation>
    </message>
    <message>
        <source>Row {row} measured {amount}: above 90 % of {whose}.</source>
        <translation>第 {row} 行实测 {amount}：超过{whose}的 90 %。</translation>
    </message>
    <message>
        <source>{amount} measured in row {row}.</source>
        <translation>第 {row} 行实测 {amount}。</translation>
    </message>
    <message>
        <source>{over} over {whose}</source>
        <translation>超出{whose} {over}</translation>
    </message>
    <message>
        <source>{over}, at any length.</source>
        <translation>{over}，任何长度都放不下。</translation>
    </message>
    <message>
        <source>{over}; {n} tokens at the most.</source>
        <translation>{over}；最多 {n} tokens。</translation>
    </message>
    <message>
        <source>{over}; to {n} tokens.</source>
        <translation>{over}；到 {n} tokens。</translation>
    </message>
</context>
<context>
    <name>WatchBar</name>
    <message>
        <source>Stop watching</source>
        <translation>停止观察</translation>
    </message>
</context>
<context>
    <name>WatchDialog</name>
    <message>
        <source>Watch a process</source>
        <translation>观察进程</translation>
    </message>
    <message>
        <source>PID</source>
        <translation>PID</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Watch</source>
        <translation>观察</translation>
    </message>
    <message>
        <source>What it starts counts too. Your script stays as it is.</source>
        <translation>它启动的进程也算在内。你的脚本保持不变。</translation>
    </message>
    <message>
        <source>No program is listed on a GPU just now. Give the number of your job&apos;s process: its memory appears as soon as it uses a card.</source>
        <translation>目前 GPU 上没有列出程序。请输入作业的进程号：它一用显卡，显存就会显示。</translation>
    </message>
    <message>
        <source>Records the device memory, power and time of your own job, beside the plan:</source>
        <translation>在方案旁记录你自己作业的设备显存、功率和时间：</translation>
    </message>
    <message>
        <source>Processes on the GPUs</source>
        <translation>GPU 上的进程</translation>
    </message>
    <message>
        <source>Process number</source>
        <translation>进程号</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>WatchLink</name>
    <message>
        <source>&amp;Monitor</source>
        <translation>监控(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Watch a process…</source>
        <translation>观察进程(&amp;W)…</translation>
    </message>
    <message>
        <source>Watched job</source>
        <translation>被观察的作业</translation>
    </message>
    <message>
        <source>Add as row</source>
        <translation>添加为行</translation>
    </message>
    <message>
        <source>With the plan that the window shows: set it to what the job trains.</source>
        <translation>用窗口中显示的方案：请把它设成作业所训练的。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>add the watched job</source>
        <translation>添加被观察的作业</translation>
    </message>
</context>
<context>
    <name>WatchRun</name>
    <message>
        <source>watching {name}</source>
        <translation>观察 {name}</translation>
    </message>
</context>
<context>
    <name>WatchWords</name>
    <message>
        <source>Watching {name} (PID {pid})</source>
        <translation>正在观察 {name}（PID {pid}）</translation>
    </message>
    <message>
        <source>on</source>
        <translation>在</translation>
    </message>
    <message>
        <source>GPU {n}</source>
        <translation>GPU {n}</translation>
    </message>
    <message>
        <source>not on a GPU yet</source>
        <translation>还没有用 GPU</translation>
    </message>
    <message>
        <source>{name}: watched for {time}</source>
        <translation>{name}：观察了 {time}</translation>
    </message>
    <message>
        <source>The job was not seen on any GPU.</source>
        <translation>在任何 GPU 上都没有见到该作业。</translation>
    </message>
    <message>
        <source>The plan predicts {peak} per GPU on {gpu} (90 % range {low}–{high}).</source>
        <translation>方案预测在 {gpu} 上每卡 {peak}（90 % 区间 {low}–{high}）。</translation>
    </message>
    <message>
        <source>Memory is {caveat}. Power and energy are the whole card&apos;s.</source>
        <translation>显存为{caveat}。功率和能耗是整张卡的。</translation>
    </message>
    <message>
        <source>The GPUs could not be read {n} times.</source>
        <translation>GPU 有 {n} 次读不出。</translation>
    </message>
    <message>
        <source>largest sample</source>
        <translation>最大采样值</translation>
    </message>
    <message>
        <source>rise of the card&apos;s used memory</source>
        <translation>显卡已用显存的增量</translation>
    </message>
    <message>
        <source>({percent} % beside the plan)</source>
        <translation>（相对方案 {percent} %）</translation>
    </message>
    <message>
        <source>{n} W on average</source>
        <translation>平均 {n} W</translation>
    </message>
</context>
<context>
    <name>WindowCommands</name>
    <message>
        <source>Guide</source>
        <translation>使用指南</translation>
    </message>
    <message>
        <source>What&apos;s new</source>
        <translation>新内容</translation>
    </message>
    <message>
        <source>Formulae</source>
        <translation>公式</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>{name}[*] – GPU Planner</source>
        <translation>{name}[*] – GPU Planner</translation>
    </message>
    <message>
        <source>{name}[*] (read-only) – GPU Planner</source>
        <translation>{name}[*]（只读） – GPU Planner</translation>
    </message>
    <message>
        <source>{name}[*] (also open elsewhere) – GPU Planner</source>
        <translation>{name}[*]（也在别处打开）– GPU Planner</translation>
    </message>
    <message>
        <source>{name} – nothing to save</source>
        <translation>{name} – 无需保存</translation>
    </message>
    <message>
        <source>{name} – edited</source>
        <translation>{name} – 已修改</translation>
    </message>
    <message>
        <source>1 row</source>
        <translation>1 行</translation>
    </message>
    <message>
        <source>{n} rows</source>
        <translation>{n} 行</translation>
    </message>
    <message>
        <source>{n} measured</source>
        <translation>{n} 个实测</translation>
    </message>
    <message>
        <source>{n} out of memory</source>
        <translation>{n} 个显存不足</translation>
    </message>
    <message>
        <source>{n} dry run</source>
        <translation>{n} 次空跑</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>{name} is a CSV file: what you accept lasts until the window is closed.</source>
        <translation>{name} 是 CSV 文件：您接受的内容只保留到窗口关闭为止。</translation>
    </message>
    <message>
        <source>A GPU Planner document keeps it.</source>
        <translation>GPU Planner 文档会保留它。</translation>
    </message>
    <message>
        <source>Save as .gpuplan…</source>
        <translation>另存为 .gpuplan…</translation>
    </message>
</context>
<context>
    <name>WindowMenus</name>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Plan</source>
        <translation>规划(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;New</source>
        <translation>新建(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>打开(&amp;O)…</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>最近打开的文件(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation>另存为(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>关闭(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>剪切(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>粘贴(&amp;P)</translation>
    </message>
    <message>
        <source>C&amp;lear cells</source>
        <translation>清除单元格(&amp;L)</translation>
    </message>
    <message>
        <source>Select &amp;all</source>
        <translation>全选(&amp;A)</translation>
    </message>
    <message>
        <source>Add &amp;row</source>
        <translation>添加行(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Delete rows</source>
        <translation>删除行(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Find or filter</source>
        <translation>查找或筛选(&amp;F)</translation>
    </message>
    <message>
        <source>Show all rows</source>
        <translation>显示所有行</translation>
    </message>
    <message>
        <source>Memory &amp;unit</source>
        <translation>显存单位(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Columns</source>
        <translation>列(&amp;C)</translation>
    </message>
    <message>
        <source>Open Qwen pro&amp;file</source>
        <translation>打开 Qwen 实测数据(&amp;F)</translation>
    </message>
    <message>
        <source>Copy with &amp;heads</source>
        <translation>连同表头复制(&amp;H)</translation>
    </message>
    <message>
        <source>Copy as &amp;Markdown</source>
        <translation>复制为 Markdown(&amp;M)</translation>
    </message>
    <message>
        <source>Fill do&amp;wn</source>
        <translation>向下填充(&amp;W)</translation>
    </message>
    <message>
        <source>Fill ri&amp;ght</source>
        <translation>向右填充(&amp;G)</translation>
    </message>
    <message>
        <source>Fill &amp;series…</source>
        <translation>填充序列(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Insert row above</source>
        <translation>在上方插入行(&amp;I)</translation>
    </message>
    <message>
        <source>D&amp;uplicate rows</source>
        <translation>重复所选行(&amp;U)</translation>
    </message>
    <message>
        <source>Filter b&amp;y this value</source>
        <translation>按此值筛选(&amp;Y)</translation>
    </message>
    <message>
        <source>Filter &amp;out this value</source>
        <translation>排除此值(&amp;O)</translation>
    </message>
    <message>
        <source>Filter this column…</source>
        <translation>筛选此列…</translation>
    </message>
    <message>
        <source>&amp;Next problem</source>
        <translation>下一个问题(&amp;N)</translation>
    </message>
    <message>
        <source>Pre&amp;vious problem</source>
        <translation>上一个问题(&amp;V)</translation>
    </message>
    <message>
        <source>Rows in the &amp;order of the file</source>
        <translation>按文件中的顺序排列(&amp;O)</translation>
    </message>
    <message>
        <source>P&amp;roblems</source>
        <translation>问题(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>主题(&amp;T)</translation>
    </message>
    <message>
        <source>Text &amp;size</source>
        <translation>文字大小(&amp;S)</translation>
    </message>
    <message>
        <source>Next &amp;pane</source>
        <translation>下一窗格(&amp;P)</translation>
    </message>
    <message>
        <source>Previous pane</source>
        <translation>上一窗格</translation>
    </message>
    <message>
        <source>GiB per GPU</source>
        <translation>GiB / 卡</translation>
    </message>
    <message>
        <source>GB per GPU</source>
        <translation>GB / 卡</translation>
    </message>
    <message>
        <source>GiB, all GPUs</source>
        <translation>GiB，所有 GPU</translation>
    </message>
    <message>
        <source>As written</source>
        <translation>按原文</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>跟随桌面</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n} %</translation>
    </message>
    <message>
        <source>&amp;Use row as plan</source>
        <translation>用此行作为方案(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Add plan as row</source>
        <translation>将方案添加为行(&amp;A)</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>规划</translation>
    </message>
    <message>
        <source>&amp;Guide</source>
        <translation>使用指南(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Formulae</source>
        <translation>公式(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>快捷键(&amp;K)</translation>
    </message>
    <message>
        <source>What&apos;s &amp;new</source>
        <translation>新内容(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;About GPU Planner</source>
        <translation>关于 GPU Planner(&amp;A)</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>还没有</translation>
    </message>
</context>
<context>
    <name>Windows</name>
    <message>
        <source>changes before the language changed</source>
        <translation>切换语言前的更改</translation>
    </message>
    <message>
        <source>{name} is open in this window already.</source>
        <translation>{name} 已在此窗口中打开。</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>{unit} per GPU</source>
        <translation>{unit} / 卡</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>可以放下</translation>
    </message>
    <message>
        <source>Tight</source>
        <translation>勉强</translation>
    </message>
    <message>
        <source>Does not fit</source>
        <translation>放不下</translation>
    </message>
    <message>
        <source>{percent} % of what is free</source>
        <translation>空闲量的 {percent} %</translation>
    </message>
    <message>
        <source>{percent} % of the card</source>
        <translation>占显卡 {percent} %</translation>
    </message>
    <message>
        <source>{percent} % of the budget</source>
        <translation>预算的 {percent} %</translation>
    </message>
    <message>
        <source>{card} · {amount} free {age}</source>
        <translation>{card} · {age}空闲 {amount}</translation>
    </message>
    <message>
        <source>{card} · {amount} free now</source>
        <translation>{card} · 现在空闲 {amount}</translation>
    </message>
    <message>
        <source>{card} · budget {amount}</source>
        <translation>{card} · 预算 {amount}</translation>
    </message>
    <message>
        <source>↑ {budget} · {limits}</source>
        <translation>↑ {budget} · {limits}</translation>
    </message>
    <message>
        <source>no length fits</source>
        <translation>任何长度都放不下</translation>
    </message>
    <message>
        <source>tight to {tight}</source>
        <translation>勉强到 {tight}</translation>
    </message>
    <message>
        <source>fits to {fits}</source>
        <translation>可到 {fits}</translation>
    </message>
    <message>
        <source>fits to {fits}, tight to {tight}</source>
        <translation>可到 {fits}，勉强到 {tight}</translation>
    </message>
    <message>
        <source>published</source>
        <translation>公开</translation>
    </message>
    <message>
        <source>my trial</source>
        <translation>我的试跑</translation>
    </message>
    <message>
        <source>dry run</source>
        <translation>空跑</translation>
    </message>
    <message>
        <source>entered</source>
        <translation>录入</translation>
    </message>
    <message>
        <source>Row {row}: out of memory at {length} tokens</source>
        <translation>第 {row} 行：{length} tokens 时显存不足</translation>
    </message>
    <message>
        <source>Row {row}: {amount} at {length} tokens, {origin}</source>
        <translation>第 {row} 行：{length} tokens 时 {amount}，{origin}</translation>
    </message>
    <message>
        <source>measured with other settings: {names}</source>
        <translation>实测时设置不同：{names}</translation>
    </message>
    <message>
        <source>{length} tokens: {amount} ({low}–{high})</source>
        <translation>{length} tokens：{amount}（{low}–{high}）</translation>
    </message>
    <message>
        <source>Nearest: row {row} at {length}, {amount}, physics alone {estimate}</source>
        <translation>最近：第 {row} 行，长度 {length}，{amount}，仅物理模型 {estimate}</translation>
    </message>
    <message>
        <source>Nearest: row {row}, {amount} measured, {estimate} estimated</source>
        <translation>最近：第 {row} 行，实测 {amount}，估算 {estimate}</translation>
    </message>
    <message>
        <source>Nearest: row {row} at {length}, {amount}, {estimate} estimated</source>
        <translation>最近：第 {row} 行，长度 {length}，{amount}，估算 {estimate}</translation>
    </message>
    <message>
        <source>bound by compute</source>
        <translation>受限于计算</translation>
    </message>
    <message>
        <source>bound by memory bandwidth</source>
        <translation>受限于显存带宽</translation>
    </message>
    <message>
        <source>bound by Python</source>
        <translation>受限于 Python</translation>
    </message>
    <message>
        <source>bound by communication</source>
        <translation>受限于通信</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>分钟</translation>
    </message>
    <message>
        <source>days</source>
        <translation>天</translation>
    </message>
    <message>
        <source>hours</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>Rule of thumb {total} GB: the weights alone</source>
        <translation>经验法则 {total} GB：仅权重</translation>
    </message>
    <message>
        <source>Rule of thumb {total} GB: weights {weights}, gradients {gradients}, optimizer {optimizer}</source>
        <translation>经验法则 {total} GB：权重 {weights}，梯度 {gradients}，优化器 {optimizer}</translation>
    </message>
    <message>
        <source>, all GPUs</source>
        <translation>，所有 GPU</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开启</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>{n} tokens</source>
        <translation>{n} tokens</translation>
    </message>
    <message>
        <source>Shown for {values}.</source>
        <translation>适用于 {values}。</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>bf16 mixed</source>
        <translation>bf16 混合</translation>
    </message>
    <message>
        <source>fp16 mixed</source>
        <translation>fp16 混合</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>全参数</translation>
    </message>
</context>
<context>
    <name>WorkWords</name>
    <message>
        <source>{n} tokens</source>
        <translation>{n} tokens</translation>
    </message>
    <message>
        <source>{n} steps</source>
        <translation>{n} 步</translation>
    </message>
    <message>
        <source>{price} an hour</source>
        <translation>每小时 {price}</translation>
    </message>
    <message>
        <source>cost {cost} at {price} an hour</source>
        <translation>费用 {cost}（每小时 {price}）</translation>
    </message>
    <message>
        <source>cost</source>
        <translation>费用</translation>
    </message>
    <message>
        <source>kWh</source>
        <translation>kWh</translation>
    </message>
    <message>
        <source>{n} GPU-hours</source>
        <translation>{n} GPU 小时</translation>
    </message>
    <message>
        <source>Electricity alone: {kwh} kWh at {price} per kWh, your price in the settings, are {cost}. The cards count at their power limit, the rest of the computer does not. It is not added to the cost of GPU-hours: a rented GPU mostly includes it.</source>
        <translation>仅电费：{kwh} kWh，按您在设置中的电价每 kWh {price}，为 {cost}。显卡按功耗上限计算，计算机的其余部分不计。它没有加到 GPU 小时的费用中：租用的 GPU 大多已包含电费。</translation>
    </message>
    <message>
        <source>electricity alone ≈ {cost}</source>
        <translation>仅电费 ≈ {cost}</translation>
    </message>
    <message>
        <source>kWh ≈ {cost}</source>
        <translation>kWh ≈ {cost}</translation>
    </message>
</context>
<context>
    <name>_FoldLine</name>
    <message>
        <source>Processes</source>
        <translation>进程</translation>
    </message>
    <message>
        <source>unfolded</source>
        <translation>已展开</translation>
    </message>
    <message>
        <source>folded</source>
        <translation>已折叠</translation>
    </message>
    <message>
        <source>Processes: {n}, {state}</source>
        <translation>进程：{n}，{state}</translation>
    </message>
</context>
<context>
    <name>_ProcessView</name>
    <message>
        <source>Processes on the GPUs</source>
        <translation>GPU 上的进程</translation>
    </message>
    <message>
        <source>Copy rows</source>
        <translation>复制行</translation>
    </message>
</context>
<context>
    <name>_Sheets</name>
    <message>
        <source>{title}, {n} pages</source>
        <translation>{title}，{n} 页</translation>
    </message>
</context>
<context>
    <name>_StateRow</name>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>再看一次</translation>
    </message>
</context>
<context>
    <name>_StateWidget</name>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>再看一次</translation>
    </message>
</context>
<context>
    <name>accuracy</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Cells</source>
        <translation>数据点</translation>
    </message>
    <message>
        <source>Average, %</source>
        <translation>平均，%</translation>
    </message>
    <message>
        <source>Signed, %</source>
        <translation>带符号，%</translation>
    </message>
    <message>
        <source>Worst, %</source>
        <translation>最差，%</translation>
    </message>
    <message>
        <source>Errors by model and method: {what}</source>
        <translation>按模型和方法的误差：{what}</translation>
    </message>
    <message>
        <source>Rows that cannot be expressed, and why</source>
        <translation>无法表达的行及原因</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Why it is not judged</source>
        <translation>为何不评判</translation>
    </message>
</context>
<context>
    <name>budget</name>
    <message>
        <source>capacity</source>
        <translation>总容量</translation>
    </message>
    <message>
        <source>free now</source>
        <translation>当前空闲</translation>
    </message>
</context>
<context>
    <name>cells</name>
    <message>
        <source>OOM</source>
        <translation>显存不足</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>agrees</source>
        <translation>结论一致</translation>
    </message>
    <message>
        <source>says tight</source>
        <translation>判为勉强</translation>
    </message>
    <message>
        <source>says it fits</source>
        <translation>判为放得下</translation>
    </message>
</context>
<context>
    <name>column filter</name>
    <message>
        <source>GB per GPU</source>
        <translation>GB / 卡</translation>
    </message>
    <message>
        <source>GiB per GPU</source>
        <translation>GiB / 卡</translation>
    </message>
</context>
<context>
    <name>columns</name>
    <message>
        <source>GPUs</source>
        <translation>GPU 数</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>显存峰值</translation>
    </message>
    <message>
        <source>Measured peak; the line below it is the share of the card</source>
        <translation>实测峰值；下方的线是占显卡的比例</translation>
    </message>
    <message>
        <source>Estimate</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Predicted for this row&apos;s own plan, of the kind that was measured; by physics alone, for a correction may have learned from this row</source>
        <translation>对此行自身方案的预测，与实测同类；仅用物理模型，因为校正可能从此行学过</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>误差</translation>
    </message>
    <message>
        <source>Estimate against measurement; the bar ends at ±10 %</source>
        <translation>预测与实测之差；横条到 ±10 % 为止</translation>
    </message>
    <message>
        <source>{field}, corrected</source>
        <translation>{field}，更正值</translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>&quot;G&quot; is taken as GB = 10⁹ bytes; GiB would be 7 % more</source>
        <translation>“G” 按 GB = 10⁹ 字节处理；按 GiB 会多 7 %</translation>
    </message>
    <message>
        <source>, so there is no MFU</source>
        <translation>，因此没有 MFU</translation>
    </message>
    <message>
        <source>0.0001 is a place for yours</source>
        <translation>0.0001 只是占位，请填你自己的</translation>
    </message>
    <message>
        <source>1 is a place for yours</source>
        <translation>1 只是占位，请填你自己的</translation>
    </message>
    <message>
        <source>4 bits taken: the name does not say</source>
        <translation>按 4 位处理：名称没有说明</translation>
    </message>
    <message>
        <source>; without that there would have been enough at this place</source>
        <translation>；若非如此，此处本来够用</translation>
    </message>
    <message>
        <source>A smaller micro batch or length needs less</source>
        <translation>缩小微批次或长度即可减少</translation>
    </message>
    <message>
        <source>AWQ is counted as GPTQ of 4 bits</source>
        <translation>AWQ 按 4 位 GPTQ 计入</translation>
    </message>
    <message>
        <source>An 8-bit optimizer, sharded states (ZeRO, FSDP) or LoRA need less</source>
        <translation>8 位优化器、切分状态（ZeRO、FSDP）或 LoRA 所需更少</translation>
    </message>
    <message>
        <source>Apply one of the changes below</source>
        <translation>采用下面的某项更改</translation>
    </message>
    <message>
        <source>Capture fewer graphs, or switch torch.compile&apos;s off</source>
        <translation>少捕获一些图，或关闭 torch.compile</translation>
    </message>
    <message>
        <source>Check that model, length, micro batch, checkpointing, optimizer and loss are those of the run</source>
        <translation>请核对模型、长度、微批次、检查点、优化器和损失与该次运行一致</translation>
    </message>
    <message>
        <source>Choose the card of the message in the plan</source>
        <translation>请在方案中选择信息里的那张卡</translation>
    </message>
    <message>
        <source>Cut the samples at the planned length, or plan the longer ones</source>
        <translation>把样本截到规划的长度，或按更长的来规划</translation>
    </message>
    <message>
        <source>DeepSpeed computes in half throughout, the Trainer&apos;s bf16 and fp16 are autocast</source>
        <translation>DeepSpeed 全程以半精度计算，Trainer 的 bf16 和 fp16 则是 autocast</translation>
    </message>
    <message>
        <source>DeepSpeed&apos;s own checkpointing is not counted</source>
        <translation>DeepSpeed 自己的检查点未计入</translation>
    </message>
    <message>
        <source>DoRA&apos;s magnitudes are not counted</source>
        <translation>DoRA 的幅值未计入</translation>
    </message>
    <message>
        <source>End it, or choose another card (CUDA_VISIBLE_DEVICES)</source>
        <translation>结束它，或另选一张卡（CUDA_VISIBLE_DEVICES）</translation>
    </message>
    <message>
        <source>FP8 is not counted</source>
        <translation>FP8 未计入</translation>
    </message>
    <message>
        <source>Fatal Python error</source>
        <translation>Python 致命错误</translation>
    </message>
    <message>
        <source>Flash or sdpa never holds them</source>
        <translation>flash 或 sdpa 从不持有它们</translation>
    </message>
    <message>
        <source>Fused loss is planned, but was not in use</source>
        <translation>方案用了融合损失，但实际没有启用</translation>
    </message>
    <message>
        <source>Fused loss never holds them</source>
        <translation>融合损失从不持有它们</translation>
    </message>
    <message>
        <source>It failed in the optimizer&apos;s step; the first one makes the optimizer&apos;s states</source>
        <translation>它在优化器步中失败；第一步会创建优化器状态</translation>
    </message>
    <message>
        <source>It failed while the model was loaded</source>
        <translation>它在加载模型时失败</translation>
    </message>
    <message>
        <source>It is older than Python 3.5; 3.10 is the oldest that will do</source>
        <translation>它比 Python 3.5 还旧；至少需要 3.10</translation>
    </message>
    <message>
        <source>It was not asked to the end</source>
        <translation>没有查询到底</translation>
    </message>
    <message>
        <source>JSON lines</source>
        <translation>JSON 行</translation>
    </message>
    <message>
        <source>LLaMA-Factory trains these copies in fp32; they are counted in the base&apos;s type</source>
        <translation>LLaMA-Factory 以 fp32 训练这些副本；这里按基座的类型计入</translation>
    </message>
    <message>
        <source>LLaMA-Factory, axolotl or TRL YAML, Qwen&apos;s finetune script, TRL or peft in Python, accelerate YAML, DeepSpeed JSON</source>
        <translation>LLaMA-Factory、axolotl 或 TRL 的 YAML、Qwen 的微调脚本、Python 中的 TRL 或 peft、accelerate 的 YAML、DeepSpeed 的 JSON</translation>
    </message>
    <message>
        <source>Leave 1 GiB free</source>
        <translation>留出 1 GiB</translation>
    </message>
    <message>
        <source>Leave some of the card free</source>
        <translation>给显卡留一些空闲</translation>
    </message>
    <message>
        <source>Load in 16 bits or quantized, and each process onto its own card</source>
        <translation>以 16 位或量化方式加载，每个进程各用一张卡</translation>
    </message>
    <message>
        <source>Load with low_cpu_mem_usage, fewer workers, less offload</source>
        <translation>加载时用 low_cpu_mem_usage，减少 worker，减少卸载</translation>
    </message>
    <message>
        <source>Look who holds it (nvidia-smi)</source>
        <translation>看看是谁占用（nvidia-smi）</translation>
    </message>
    <message>
        <source>MLP activation</source>
        <translation>MLP 激活</translation>
    </message>
    <message>
        <source>Make the step smaller: shorter samples, a smaller micro batch, checkpointing, fused loss</source>
        <translation>缩小一步：更短的样本、更小的微批次、梯度检查点、融合损失</translation>
    </message>
    <message>
        <source>Megatron is not counted</source>
        <translation>Megatron 未计入</translation>
    </message>
    <message>
        <source>MiCS is not counted</source>
        <translation>MiCS 未计入</translation>
    </message>
    <message>
        <source>NCCL found no memory for its buffers, which torch does not count</source>
        <translation>NCCL 的缓冲区没有显存可用，而 torch 不计入它</translation>
    </message>
    <message>
        <source>NVIDIA&apos;s library NVML is not on this machine</source>
        <translation>本机没有 NVIDIA 的 NVML 库</translation>
    </message>
    <message>
        <source>NVML was opened before this process was forked, and cannot be used in both</source>
        <translation>NVML 在此进程 fork 之前已打开，不能在两边同时使用</translation>
    </message>
    <message>
        <source>Nothing is known of this Python; choose another, or make an environment</source>
        <translation>对这个 Python 一无所知；请另选，或新建环境</translation>
    </message>
    <message>
        <source>Offloading: 12 GB/s between host and card and 20 GB/s in the host&apos;s memory are assumed</source>
        <translation>卸载：假定主机与显卡之间 12 GB/s，主机内存中 20 GB/s</translation>
    </message>
    <message>
        <source>Quantized bases under ZeRO-3 are not supported by every version of DeepSpeed</source>
        <translation>并非每个版本的 DeepSpeed 都支持 ZeRO-3 下的量化基座</translation>
    </message>
    <message>
        <source>Qwen finetune script</source>
        <translation>Qwen 微调脚本</translation>
    </message>
    <message>
        <source>Qwen&apos;s code chooses it</source>
        <translation>由 Qwen 的代码选择</translation>
    </message>
    <message>
        <source>Qwen&apos;s code uses it where flash-attn is installed</source>
        <translation>装有 flash-attn 时，Qwen 的代码会使用它</translation>
    </message>
    <message>
        <source>Qwen&apos;s finetune script</source>
        <translation>Qwen 的微调脚本</translation>
    </message>
    <message>
        <source>Raise or remove set_per_process_memory_fraction</source>
        <translation>提高或移除 set_per_process_memory_fraction</translation>
    </message>
    <message>
        <source>SFTTrainer trains adapters of a quantized base in bf16</source>
        <translation>SFTTrainer 以 bf16 训练量化基座的适配器</translation>
    </message>
    <message>
        <source>TRL 1.16 computes the loss in chunks</source>
        <translation>TRL 1.16 分块计算损失</translation>
    </message>
    <message>
        <source>TRL and peft in Python</source>
        <translation>Python 中的 TRL 和 peft</translation>
    </message>
    <message>
        <source>The GPU is asleep to save power, and reading it would wake it</source>
        <translation>GPU 为省电而休眠，读取会唤醒它</translation>
    </message>
    <message>
        <source>The GPUs are being looked for</source>
        <translation>正在查找 GPU</translation>
    </message>
    <message>
        <source>The GPUs are being read</source>
        <translation>正在读取 GPU</translation>
    </message>
    <message>
        <source>The NVIDIA driver answers with an unknown error; a container that lost its GPU does so</source>
        <translation>NVIDIA 驱动返回未知错误；失去 GPU 的容器会这样</translation>
    </message>
    <message>
        <source>The NVIDIA driver is not loaded</source>
        <translation>NVIDIA 驱动未加载</translation>
    </message>
    <message>
        <source>The NVIDIA driver is there, but it sees no GPU</source>
        <translation>NVIDIA 驱动正常，但看不到 GPU</translation>
    </message>
    <message>
        <source>The NVIDIA driver was updated, and the old one still runs</source>
        <translation>NVIDIA 驱动已更新，而旧的仍在运行</translation>
    </message>
    <message>
        <source>The Python package nvidia-ml-py is missing</source>
        <translation>缺少 Python 包 nvidia-ml-py</translation>
    </message>
    <message>
        <source>The driver had no memory left; it says no figures</source>
        <translation>驱动没有显存了；它没有给出数字</translation>
    </message>
    <message>
        <source>The machine&apos;s own memory ran out, not the card&apos;s</source>
        <translation>用尽的是电脑自身的内存，不是显存</translation>
    </message>
    <message>
        <source>The message names no cause: the card was full</source>
        <translation>信息没有说明原因：显卡已满</translation>
    </message>
    <message>
        <source>The monitor has stopped</source>
        <translation>监控已停止</translation>
    </message>
    <message>
        <source>The monitor rests, because nothing shows or records it</source>
        <translation>监控休息中，因为没有任何地方显示或录制</translation>
    </message>
    <message>
        <source>The operating system blocks the GPU (a cgroup of the container or of the job queue)</source>
        <translation>操作系统禁止使用 GPU（容器或作业队列的 cgroup）</translation>
    </message>
    <message>
        <source>The run computes attention eagerly, unlike the plan: install flash-attn, or choose sdpa</source>
        <translation>与方案不同，该次运行用 eager 计算注意力：请安装 flash-attn，或选择 sdpa</translation>
    </message>
    <message>
        <source>The system ended the process (SIGKILL), as it does when the machine&apos;s own memory runs out</source>
        <translation>系统结束了进程（SIGKILL），电脑自身内存用尽时会这样</translation>
    </message>
    <message>
        <source>Their weight, gradient or optimizer state</source>
        <translation>它们的权重、梯度或优化器状态</translation>
    </message>
    <message>
        <source>There is no program</source>
        <translation>没有这个程序</translation>
    </message>
    <message>
        <source>This Python belongs to the operating system; make an environment instead</source>
        <translation>这个 Python 属于操作系统；请改为新建环境</translation>
    </message>
    <message>
        <source>This user may not use the NVIDIA driver</source>
        <translation>此用户无权使用 NVIDIA 驱动</translation>
    </message>
    <message>
        <source>TrainingArguments have no length: the plan&apos;s own is kept</source>
        <translation>TrainingArguments 没有长度：保留方案自己的</translation>
    </message>
    <message>
        <source>Windows had no memory left for it</source>
        <translation>Windows 没有内存可供它使用了</translation>
    </message>
    <message>
        <source>Windows manages the GPU&apos;s memory (WDDM, WSL); the driver does not say it by process</source>
        <translation>GPU 显存由 Windows 管理（WDDM、WSL）；驱动不按进程提供</translation>
    </message>
    <message>
        <source>ZeRO++ is not counted</source>
        <translation>ZeRO++ 未计入</translation>
    </message>
    <message>
        <source>a NUL byte: this is not a text file</source>
        <translation>有 NUL 字节：这不是文本文件</translation>
    </message>
    <message>
        <source>a cell holds a character that CSV cannot hold</source>
        <translation>有单元格含有 CSV 无法保存的字符</translation>
    </message>
    <message>
        <source>a library (DLL) that it needs is missing</source>
        <translation>缺少它所需的库（DLL）</translation>
    </message>
    <message>
        <source>a quantized model without an adapter cannot train</source>
        <translation>没有适配器的量化模型不能训练</translation>
    </message>
    <message>
        <source>a variable grows without bounds</source>
        <translation>有变量无限增长</translation>
    </message>
    <message>
        <source>adapters are fp32 unless pure_bf16 is set</source>
        <translation>除非设了 pure_bf16，适配器为 fp32</translation>
    </message>
    <message>
        <source>adapters in all layers are counted</source>
        <translation>按所有层都有适配器计入</translation>
    </message>
    <message>
        <source>adapters on a quantized base are qlora</source>
        <translation>量化基座上的适配器就是 qlora</translation>
    </message>
    <message>
        <source>add adapter</source>
        <translation>请加上 adapter</translation>
    </message>
    <message>
        <source>add one</source>
        <translation>请加上一个</translation>
    </message>
    <message>
        <source>all logits at once, as older TRL does; 1.16 computes the loss in chunks: then set fused_loss</source>
        <translation>一次得到全部 logits，如旧版 TRL；1.16 分块计算损失：那时请设 fused_loss</translation>
    </message>
    <message>
        <source>another card</source>
        <translation>另一张卡</translation>
    </message>
    <message>
        <source>as predicted</source>
        <translation>与预测一致</translation>
    </message>
    <message>
        <source>ask who administers this machine for access to /dev/nvidia*</source>
        <translation>请向本机管理员申请 /dev/nvidia* 的访问权限</translation>
    </message>
    <message>
        <source>asking for cards</source>
        <translation>查询显卡</translation>
    </message>
    <message>
        <source>asleep to save power; reading it would wake it</source>
        <translation>省电休眠中；读取会唤醒它</translation>
    </message>
    <message>
        <source>at an eighth of the fp16 rate</source>
        <translation>按 fp16 速率的八分之一</translation>
    </message>
    <message>
        <source>at half the 16-bit rate (TF32 on)</source>
        <translation>按 16 位速率的一半（开启 TF32）</translation>
    </message>
    <message>
        <source>attention scores</source>
        <translation>注意力分数</translation>
    </message>
    <message>
        <source>auto, the default: on for cards that have it</source>
        <translation>auto，默认：支持的显卡上开启</translation>
    </message>
    <message>
        <source>auto, the default: sdpa where torch has it</source>
        <translation>auto，默认：torch 支持时用 sdpa</translation>
    </message>
    <message>
        <source>auto: layers over the GPUs of one process</source>
        <translation>auto：各层分布在一个进程的多张 GPU 上</translation>
    </message>
    <message>
        <source>auto: the Trainer&apos;s own counts</source>
        <translation>auto：以 Trainer 自己的为准</translation>
    </message>
    <message>
        <source>autocast follows from bf16, fp16 and pure_bf16</source>
        <translation>autocast 由 bf16、fp16 和 pure_bf16 决定</translation>
    </message>
    <message>
        <source>before the predicted peak</source>
        <translation>在预测的峰值之前</translation>
    </message>
    <message>
        <source>bitsandbytes found no memory on the card</source>
        <translation>bitsandbytes 在显卡上得不到显存</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>cannot say</source>
        <translation>无法表达</translation>
    </message>
    <message>
        <source>cgroup block</source>
        <translation>被 cgroup 禁止</translation>
    </message>
    <message>
        <source>changes how the model is loaded</source>
        <translation>改变模型的加载方式</translation>
    </message>
    <message>
        <source>changes neither memory nor time</source>
        <translation>既不影响显存也不影响时间</translation>
    </message>
    <message>
        <source>changes what is learned, not the memory of a step</source>
        <translation>影响学到的内容，不影响一步的显存</translation>
    </message>
    <message>
        <source>changes what is learned, not the memory or time of a step</source>
        <translation>影响学到的内容，不影响一步的显存和时间</translation>
    </message>
    <message>
        <source>check its quotes</source>
        <translation>请检查引号</translation>
    </message>
    <message>
        <source>check that the card is plugged in and visible to this machine or container</source>
        <translation>请检查显卡是否插好，在本机或容器内是否可见</translation>
    </message>
    <message>
        <source>check the name</source>
        <translation>请检查名称</translation>
    </message>
    <message>
        <source>check the name and the folder</source>
        <translation>请检查名称和文件夹</translation>
    </message>
    <message>
        <source>check the path</source>
        <translation>请检查路径</translation>
    </message>
    <message>
        <source>choose a JSON object</source>
        <translation>请选择一个 JSON 对象</translation>
    </message>
    <message>
        <source>choose a file with that ending</source>
        <translation>请选择此扩展名的文件</translation>
    </message>
    <message>
        <source>choose a folder with safetensors, or none</source>
        <translation>请选择含 safetensors 的文件夹，或不选</translation>
    </message>
    <message>
        <source>choose a method that trains</source>
        <translation>请选择用于训练的方法</translation>
    </message>
    <message>
        <source>choose a model folder as Hugging Face lays it out</source>
        <translation>请选择 Hugging Face 布局的模型文件夹</translation>
    </message>
    <message>
        <source>choose a recipe, which is a list of key: value</source>
        <translation>请选择配方，即由“键: 值”组成的列表</translation>
    </message>
    <message>
        <source>choose another file</source>
        <translation>请选择其他文件</translation>
    </message>
    <message>
        <source>choose another folder</source>
        <translation>请选择其他文件夹</translation>
    </message>
    <message>
        <source>choose another format</source>
        <translation>请选择其他格式</translation>
    </message>
    <message>
        <source>choose another place</source>
        <translation>请选择其他位置</translation>
    </message>
    <message>
        <source>choose ddp or zero3</source>
        <translation>请选择 ddp 或 zero3</translation>
    </message>
    <message>
        <source>choose nf4-dq, or the method lora</source>
        <translation>请选择 nf4-dq，或方法 lora</translation>
    </message>
    <message>
        <source>choose none</source>
        <translation>请选择 none</translation>
    </message>
    <message>
        <source>choose none or layers</source>
        <translation>请选择 none 或 layers</translation>
    </message>
    <message>
        <source>choose none, or qlora</source>
        <translation>请选择 none，或 qlora</translation>
    </message>
    <message>
        <source>choose one of Qwen&apos;s finetune_*.sh</source>
        <translation>请选择 Qwen 的 finetune_*.sh 之一</translation>
    </message>
    <message>
        <source>choose one of the catalogue</source>
        <translation>请从目录中选择</translation>
    </message>
    <message>
        <source>choose one of the catalogue, or a config.json</source>
        <translation>请从目录中选择，或选择一个 config.json</translation>
    </message>
    <message>
        <source>choose optimizer, or zero3</source>
        <translation>请选择 optimizer，或 zero3</translation>
    </message>
    <message>
        <source>choose the base model&apos;s config.json</source>
        <translation>请选择基座模型的 config.json</translation>
    </message>
    <message>
        <source>choose the folder of a venv or conda environment</source>
        <translation>请选择 venv 或 conda 环境的文件夹</translation>
    </message>
    <message>
        <source>choose zero2, zero3 or fsdp</source>
        <translation>请选择 zero2、zero3 或 fsdp</translation>
    </message>
    <message>
        <source>choose zero3 or fsdp</source>
        <translation>请选择 zero3 或 fsdp</translation>
    </message>
    <message>
        <source>clocks set by the user</source>
        <translation>用户设定的频率</translation>
    </message>
    <message>
        <source>computed from other readings</source>
        <translation>由其他读数算出</translation>
    </message>
    <message>
        <source>copy the table itself</source>
        <translation>请复制表格本身</translation>
    </message>
    <message>
        <source>copy the table with its head line</source>
        <translation>请连表头一起复制表格</translation>
    </message>
    <message>
        <source>correct the file</source>
        <translation>请改正文件</translation>
    </message>
    <message>
        <source>counted as AdamW</source>
        <translation>按 AdamW 计入</translation>
    </message>
    <message>
        <source>counted as MULTI_GPU</source>
        <translation>按 MULTI_GPU 计入</translation>
    </message>
    <message>
        <source>counted as the host&apos;s memory</source>
        <translation>按主机内存计入</translation>
    </message>
    <message>
        <source>cuBLAS or cuDNN found no memory for its workspace</source>
        <translation>cuBLAS 或 cuDNN 的工作区得不到显存</translation>
    </message>
    <message>
        <source>cuda oom</source>
        <translation>CUDA 显存不足</translation>
    </message>
    <message>
        <source>cut it into parts</source>
        <translation>请切成几段</translation>
    </message>
    <message>
        <source>data set</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>deepspeed, fsdp</source>
        <translation>deepspeed、fsdp</translation>
    </message>
    <message>
        <source>defaults are used</source>
        <translation>使用默认值</translation>
    </message>
    <message>
        <source>defaults are used; remove the damaged files beside it</source>
        <translation>使用默认值；请移除旁边损坏的文件</translation>
    </message>
    <message>
        <source>hidden state</source>
        <translation>隐藏状态</translation>
    </message>
    <message>
        <source>is an Excel file of before 2007, or one with a password</source>
        <translation>是 2007 以前的 Excel 文件，或带有密码</translation>
    </message>
    <message>
        <source>nothing was measured</source>
        <translation>没有实测</translation>
    </message>
    <message>
        <source>of preference or RL training, which is counted as supervised</source>
        <translation>属于偏好或强化学习训练，按监督训练计入</translation>
    </message>
    <message>
        <source>this process</source>
        <translation>本进程</translation>
    </message>
    <message>
        <source>too large</source>
        <translation>太大</translation>
    </message>
    <message>
        <source>describes an adapter, not a model</source>
        <translation>描述的是适配器，不是模型</translation>
    </message>
    <message>
        <source>0 is no measurement</source>
        <translation>0 不是测量值</translation>
    </message>
    <message>
        <source>Bringing pip up to date</source>
        <translation>正在更新 pip</translation>
    </message>
    <message>
        <source>Importing what was installed</source>
        <translation>正在导入已安装的内容</translation>
    </message>
    <message>
        <source>Measured, but without a figure</source>
        <translation>状态为已测量，但没有任何数值</translation>
    </message>
    <message>
        <source>No module named &apos;torch&apos;</source>
        <translation>没有名为 &apos;torch&apos; 的模块</translation>
    </message>
    <message>
        <source>No module named torch</source>
        <translation>没有名为 torch 的模块</translation>
    </message>
    <message>
        <source>Segmentation fault</source>
        <translation>段错误</translation>
    </message>
    <message>
        <source>The status says not measured, yet there is a figure</source>
        <translation>状态为未测量，却有数值</translation>
    </message>
    <message>
        <source>The status says out of memory, yet there is a figure</source>
        <translation>状态为显存不足，却有数值</translation>
    </message>
    <message>
        <source>Weights stay on this machine: there they are random, which changes no figure</source>
        <translation>权重留在本机：那里用随机权重，不影响任何数字</translation>
    </message>
    <message>
        <source>a Python to make the environment of is not named</source>
        <translation>没有指明用哪个 Python 建立环境</translation>
    </message>
    <message>
        <source>an environment is being made there</source>
        <translation>那里正在建立环境</translation>
    </message>
    <message>
        <source>assumed at import: </source>
        <translation>导入时假定：</translation>
    </message>
    <message>
        <source>broken pipe</source>
        <translation>管道中断</translation>
    </message>
    <message>
        <source>change the status or clear it</source>
        <translation>请更改状态，或清空数值</translation>
    </message>
    <message>
        <source>check both figures</source>
        <translation>请检查这两个数值</translation>
    </message>
    <message>
        <source>check the figure and the plan</source>
        <translation>请检查数值和方案</translation>
    </message>
    <message>
        <source>check the figure, its unit and the card</source>
        <translation>请检查数值、单位和显卡</translation>
    </message>
    <message>
        <source>check the name, or add it to your ssh configuration</source>
        <translation>请检查名称，或把它加入你的 ssh 配置</translation>
    </message>
    <message>
        <source>check the settings of both, or remove one</source>
        <translation>请检查两行的设置，或删除其中一行</translation>
    </message>
    <message>
        <source>choose a new or empty folder</source>
        <translation>请选择新的或空的文件夹</translation>
    </message>
    <message>
        <source>choose the folder that has them</source>
        <translation>请选择存放它们的文件夹</translation>
    </message>
    <message>
        <source>clear the cell if nothing was measured</source>
        <translation>如果没有测量，请清空该单元格</translation>
    </message>
    <message>
        <source>clear the figure or change the status</source>
        <translation>请清空数值，或更改状态</translation>
    </message>
    <message>
        <source>closed by remote host</source>
        <translation>被远程主机关闭</translation>
    </message>
    <message>
        <source>connect once by hand, to look at its key</source>
        <translation>请先手工连接一次，核对其密钥</translation>
    </message>
    <message>
        <source>connection refused</source>
        <translation>连接被拒绝</translation>
    </message>
    <message>
        <source>connection reset</source>
        <translation>连接被重置</translation>
    </message>
    <message>
        <source>convert it, such as by jq -c &apos;.[]&apos;</source>
        <translation>请转换它，例如用 jq -c &apos;.[]&apos;</translation>
    </message>
    <message>
        <source>copy the columns that name model and method too</source>
        <translation>请连指明模型和方法的列一起复制</translation>
    </message>
    <message>
        <source>could not resolve</source>
        <translation>无法解析</translation>
    </message>
    <message>
        <source>display clock</source>
        <translation>显示时钟</translation>
    </message>
    <message>
        <source>driver and library are of different versions: restart the computer</source>
        <translation>驱动与库版本不同：请重启电脑</translation>
    </message>
    <message>
        <source>dry run</source>
        <translation>空跑</translation>
    </message>
    <message>
        <source>dry runs</source>
        <translation>空跑</translation>
    </message>
    <message>
        <source>enter one or change the status</source>
        <translation>请填入数值，或更改状态</translation>
    </message>
    <message>
        <source>evaluation between steps is not counted</source>
        <translation>步与步之间的评估未计入</translation>
    </message>
    <message>
        <source>every sample is counted at the full length</source>
        <translation>每个样本都按完整长度计入</translation>
    </message>
    <message>
        <source>every ten seconds</source>
        <translation>每十秒</translation>
    </message>
    <message>
        <source>every tick</source>
        <translation>每个节拍</translation>
    </message>
    <message>
        <source>figures of several GPUs are taken as per GPU</source>
        <translation>多张 GPU 的数字按每卡处理</translation>
    </message>
    <message>
        <source>finetune.py computes all logits</source>
        <translation>finetune.py 计算全部 logits</translation>
    </message>
    <message>
        <source>finetune.py decides by the model&apos;s name what it trains</source>
        <translation>finetune.py 由模型名称决定训练什么</translation>
    </message>
    <message>
        <source>finetune.py has bf16 and fp16</source>
        <translation>finetune.py 有 bf16 和 fp16</translation>
    </message>
    <message>
        <source>finetune.py leaves it to peft</source>
        <translation>finetune.py 交由 peft 决定</translation>
    </message>
    <message>
        <source>finetune.py loads GPTQ models of 4 bits</source>
        <translation>finetune.py 加载 4 位的 GPTQ 模型</translation>
    </message>
    <message>
        <source>first node</source>
        <translation>第一个节点</translation>
    </message>
    <message>
        <source>flash attention</source>
        <translation>flash 注意力</translation>
    </message>
    <message>
        <source>follows from micro batch, accumulation and GPUs</source>
        <translation>由微批次、累积和 GPU 数得出</translation>
    </message>
    <message>
        <source>fp4 is counted as nf4</source>
        <translation>fp4 按 nf4 计入</translation>
    </message>
    <message>
        <source>free memory</source>
        <translation>空闲显存</translation>
    </message>
    <message>
        <source>free some memory and try again</source>
        <translation>请腾出一些内存后再试</translation>
    </message>
    <message>
        <source>free some space, or choose a folder on another disk</source>
        <translation>请腾出一些空间，或选择其他磁盘上的文件夹</translation>
    </message>
    <message>
        <source>free some space, or set XDG_CACHE_HOME</source>
        <translation>请腾出一些空间，或设置 XDG_CACHE_HOME</translation>
    </message>
    <message>
        <source>full sharding is counted</source>
        <translation>按完全切分计入</translation>
    </message>
    <message>
        <source>full training cannot use a quantized base</source>
        <translation>全参数训练不能用量化基座</translation>
    </message>
    <message>
        <source>full training over split layers is not covered</source>
        <translation>不支持按层切分的全参数训练</translation>
    </message>
    <message>
        <source>full_shard auto_wrap</source>
        <translation>full_shard auto_wrap</translation>
    </message>
    <message>
        <source>give HOST or HOST:PORT</source>
        <translation>请给出 HOST 或 HOST:PORT</translation>
    </message>
    <message>
        <source>give every machine as many</source>
        <translation>请让每台机器数量相同</translation>
    </message>
    <message>
        <source>give it as for ssh</source>
        <translation>请像 ssh 那样给出</translation>
    </message>
    <message>
        <source>give one JSON object on each line</source>
        <translation>请每行给出一个 JSON 对象</translation>
    </message>
    <message>
        <source>give one, with its settings</source>
        <translation>请给出一个，连同其设置</translation>
    </message>
    <message>
        <source>gradients are counted in 16 bits</source>
        <translation>梯度按 16 位计入</translation>
    </message>
    <message>
        <source>hardware slowdown (heat or power)</source>
        <translation>硬件降频（过热或功率）</translation>
    </message>
    <message>
        <source>heat (driver)</source>
        <translation>过热（驱动）</translation>
    </message>
    <message>
        <source>heat (hardware)</source>
        <translation>过热（硬件）</translation>
    </message>
    <message>
        <source>held together with other cards</source>
        <translation>与其他显卡一起受限</translation>
    </message>
    <message>
        <source>holds no keys</source>
        <translation>没有键</translation>
    </message>
    <message>
        <source>holds no object with keys</source>
        <translation>没有带键的对象</translation>
    </message>
    <message>
        <source>holds no samples</source>
        <translation>没有样本</translation>
    </message>
    <message>
        <source>holds no trial</source>
        <translation>没有试跑</translation>
    </message>
    <message>
        <source>host key verification failed</source>
        <translation>主机密钥验证失败</translation>
    </message>
    <message>
        <source>hours are counted from samples and epochs</source>
        <translation>小时数由样本数和轮数得出</translation>
    </message>
    <message>
        <source>how the processes find each other</source>
        <translation>进程之间如何互相找到</translation>
    </message>
    <message>
        <source>how units are wrapped and saved</source>
        <translation>单元如何包装和保存</translation>
    </message>
    <message>
        <source>import torch</source>
        <translation>导入 torch</translation>
    </message>
    <message>
        <source>in the time left between two ticks</source>
        <translation>在两个节拍之间的空余时间</translation>
    </message>
    <message>
        <source>inference has no training recipe</source>
        <translation>推理没有训练配方</translation>
    </message>
    <message>
        <source>install GPU Planner again</source>
        <translation>请重新安装 GPU Planner</translation>
    </message>
    <message>
        <source>install NVIDIA&apos;s driver if there is an NVIDIA GPU; a container needs the NVIDIA Container Toolkit</source>
        <translation>如果有 NVIDIA GPU，请安装其驱动；容器需要 NVIDIA Container Toolkit</translation>
    </message>
    <message>
        <source>install it or load it (modprobe nvidia); with Secure Boot its module has to be signed</source>
        <translation>请安装或加载（modprobe nvidia）；启用 Secure Boot 时，模块必须签名</translation>
    </message>
    <message>
        <source>install it: pip install nvidia-ml-py</source>
        <translation>请安装：pip install nvidia-ml-py</translation>
    </message>
    <message>
        <source>is about how samples are loaded</source>
        <translation>与样本的加载方式有关</translation>
    </message>
    <message>
        <source>is about logs and checkpoints</source>
        <translation>与日志和检查点有关</translation>
    </message>
    <message>
        <source>is about the data</source>
        <translation>与数据有关</translation>
    </message>
    <message>
        <source>is about where files lie</source>
        <translation>与文件位置有关</translation>
    </message>
    <message>
        <source>is auto: the plan&apos;s own is kept</source>
        <translation>为 auto：保留方案自己的</translation>
    </message>
    <message>
        <source>is counted as nf4</source>
        <translation>按 nf4 计入</translation>
    </message>
    <message>
        <source>is counted as supervised training</source>
        <translation>按监督训练计入</translation>
    </message>
    <message>
        <source>is empty</source>
        <translation>是空的</translation>
    </message>
    <message>
        <source>is for GaLore and APOLLO, which are not counted</source>
        <translation>用于 GaLore 和 APOLLO，未计入</translation>
    </message>
    <message>
        <source>is made when the program runs</source>
        <translation>在程序运行时才产生</translation>
    </message>
    <message>
        <source>is neither true nor false</source>
        <translation>既不是 true 也不是 false</translation>
    </message>
    <message>
        <source>is nested too deeply</source>
        <translation>嵌套太深</translation>
    </message>
    <message>
        <source>is no Excel file that can be read</source>
        <translation>不是可读的 Excel 文件</translation>
    </message>
    <message>
        <source>is no ODS file that can be read</source>
        <translation>不是可读的 ODS 文件</translation>
    </message>
    <message>
        <source>is no Python that can be read</source>
        <translation>不是可读的 Python</translation>
    </message>
    <message>
        <source>is no folder</source>
        <translation>不是文件夹</translation>
    </message>
    <message>
        <source>is no group of keys</source>
        <translation>不是一组键</translation>
    </message>
    <message>
        <source>is no list of names</source>
        <translation>不是名称列表</translation>
    </message>
    <message>
        <source>is no object with columns</source>
        <translation>不是带列的对象</translation>
    </message>
    <message>
        <source>is no recipe that is known</source>
        <translation>不是已知的配方</translation>
    </message>
    <message>
        <source>is no text</source>
        <translation>不是文本</translation>
    </message>
    <message>
        <source>is not UTF-8</source>
        <translation>不是 UTF-8</translation>
    </message>
    <message>
        <source>is not UTF-8 text</source>
        <translation>不是 UTF-8 文本</translation>
    </message>
    <message>
        <source>is not a plain file</source>
        <translation>不是普通文件</translation>
    </message>
    <message>
        <source>is not counted</source>
        <translation>未计入</translation>
    </message>
    <message>
        <source>is not known here, and was left out</source>
        <translation>此处未知，已略去</translation>
    </message>
    <message>
        <source>is not said: the plan&apos;s GPUs are kept</source>
        <translation>没有说明：保留方案的 GPU</translation>
    </message>
    <message>
        <source>is not used by finetune.py</source>
        <translation>finetune.py 不使用</translation>
    </message>
    <message>
        <source>is off</source>
        <translation>已关闭</translation>
    </message>
    <message>
        <source>is one JSON array, not a line for each sample</source>
        <translation>是一个 JSON 数组，而不是每个样本一行</translation>
    </message>
    <message>
        <source>is said when the training is started (torchrun --nnodes)</source>
        <translation>在启动训练时给出（torchrun --nnodes）</translation>
    </message>
    <message>
        <source>is said when the training is started (torchrun --nproc_per_node)</source>
        <translation>在启动训练时给出（torchrun --nproc_per_node）</translation>
    </message>
    <message>
        <source>is the machine&apos;s</source>
        <translation>由机器决定</translation>
    </message>
    <message>
        <source>is what is installed</source>
        <translation>以安装的版本为准</translation>
    </message>
    <message>
        <source>it brings the models</source>
        <translation>模型由它提供</translation>
    </message>
    <message>
        <source>it builds the adapters</source>
        <translation>适配器由它构建</translation>
    </message>
    <message>
        <source>it divides the model among the GPUs (ZeRO)</source>
        <translation>由它把模型分摊到各 GPU（ZeRO）</translation>
    </message>
    <message>
        <source>it does the training</source>
        <translation>训练由它完成</translation>
    </message>
    <message>
        <source>it hangs in the driver or in the kernel</source>
        <translation>它卡在驱动或内核中</translation>
    </message>
    <message>
        <source>it has aborted itself</source>
        <translation>它自行中止了</translation>
    </message>
    <message>
        <source>it has aborted itself (signal 6)</source>
        <translation>它自行中止了（信号 6）</translation>
    </message>
    <message>
        <source>it has crashed (access violation)</source>
        <translation>它崩溃了（访问冲突）</translation>
    </message>
    <message>
        <source>it has crashed (signal 11, segmentation fault)</source>
        <translation>它崩溃了（信号 11，段错误）</translation>
    </message>
    <message>
        <source>it is built without CUDA and sees no card</source>
        <translation>它不带 CUDA，看不到显卡</translation>
    </message>
    <message>
        <source>it is trained by transformers&apos; Trainer</source>
        <translation>它由 transformers 的 Trainer 训练</translation>
    </message>
    <message>
        <source>it needs a head line and rows</source>
        <translation>需要表头和数据行</translation>
    </message>
    <message>
        <source>it offloads all or nothing</source>
        <translation>它要么全部卸载，要么都不卸载</translation>
    </message>
    <message>
        <source>it packs the frozen weights</source>
        <translation>它打包冻结的权重</translation>
    </message>
    <message>
        <source>so do {0} more rows of its series; check what they have in common</source>
        <translation>同系列另有 {0} 行也如此；请检查它们的共同点</translation>
    </message>
    <message>
        <source>{0} GiB per GPU</source>
        <translation>每卡 {0} GiB</translation>
    </message>
    <message>
        <source>{0} GiB per GPU and {1} s per step</source>
        <translation>每卡 {0} GiB，每步 {1} 秒</translation>
    </message>
    <message>
        <source>{0} GiB per GPU, less than the {1} at {2} tokens</source>
        <translation>每卡 {0} GiB，少于 {2} tokens 时的 {1}</translation>
    </message>
    <message>
        <source>{0} GiB per GPU, while {1} ({2}–{3}) is estimated</source>
        <translation>每卡 {0} GiB，而估算为 {1}（{2}–{3}）</translation>
    </message>
    <message>
        <source>killed by the kernel, probably out of host memory (signal 9)</source>
        <translation>被内核杀掉，多半因为主机内存不足（信号 9）</translation>
    </message>
    <message>
        <source>check the address in the settings</source>
        <translation>请检查设置中的地址</translation>
    </message>
    <message>
        <source>check the address in the settings, or tell the publisher</source>
        <translation>请检查设置中的地址，或告知发布者</translation>
    </message>
    <message>
        <source>check the network, and the address in the settings</source>
        <translation>请检查网络以及设置中的地址</translation>
    </message>
    <message>
        <source>killed by the kernel: the host has run out of memory</source>
        <translation>被内核杀掉：主机内存不足</translation>
    </message>
    <message>
        <source>layers over the GPUs of one process are not trained so</source>
        <translation>单进程多 GPU 分层不能这样训练</translation>
    </message>
    <message>
        <source>leave it at auto, or choose another sharding</source>
        <translation>请保持 auto，或选择其他切分</translation>
    </message>
    <message>
        <source>limit of the board</source>
        <translation>板卡限制</translation>
    </message>
    <message>
        <source>log in to the cluster first</source>
        <translation>请先登录集群</translation>
    </message>
    <message>
        <source>look for a delimiter inside a cell</source>
        <translation>请检查单元格内是否有分隔符</translation>
    </message>
    <message>
        <source>look for a quotation mark too many</source>
        <translation>请检查是否多了引号</translation>
    </message>
    <message>
        <source>lora and full are</source>
        <translation>支持 lora 和 full</translation>
    </message>
    <message>
        <source>lora and qlora are</source>
        <translation>支持 lora 和 qlora</translation>
    </message>
    <message>
        <source>lora-emb is defined on a base that is not quantized</source>
        <translation>lora-emb 只用于未量化的基座</translation>
    </message>
    <message>
        <source>lost access</source>
        <translation>失去访问</translation>
    </message>
    <message>
        <source>make environment</source>
        <translation>建立环境</translation>
    </message>
    <message>
        <source>make it again, or choose another</source>
        <translation>请重新创建，或另选</translation>
    </message>
    <message>
        <source>make it by hand</source>
        <translation>请手工创建</translation>
    </message>
    <message>
        <source>makes no training arguments</source>
        <translation>没有创建训练参数</translation>
    </message>
    <message>
        <source>mend its quotes</source>
        <translation>请修正引号</translation>
    </message>
    <message>
        <source>micro batch and accumulation are read</source>
        <translation>已读取微批次和累积</translation>
    </message>
    <message>
        <source>model = get_peft_model(model, peft_config, autocast_adapter_dtype=False)</source>
        <translation>model = get_peft_model(model, peft_config, autocast_adapter_dtype=False)</translation>
    </message>
    <message>
        <source>more cells than a table has</source>
        <translation>单元格多于一张表</translation>
    </message>
    <message>
        <source>more tags than a table has</source>
        <translation>标签多于一张表</translation>
    </message>
    <message>
        <source>more than one GPU has</source>
        <translation>多于一张 GPU 所有</translation>
    </message>
    <message>
        <source>more than planned</source>
        <translation>超出规划</translation>
    </message>
    <message>
        <source>name one as you would for ssh</source>
        <translation>请像 ssh 那样给出名称</translation>
    </message>
    <message>
        <source>name the first node, and start the same trial on each</source>
        <translation>请指明第一个节点，并在每个节点上启动同样的试跑</translation>
    </message>
    <message>
        <source>needed to go on</source>
        <translation>继续所需</translation>
    </message>
    <message>
        <source>neither is named: every GPU holds the whole model</source>
        <translation>两者都没有指定：每张 GPU 都持有整个模型</translation>
    </message>
    <message>
        <source>neither named: all linear layers</source>
        <translation>两者都没有指定：所有线性层</translation>
    </message>
    <message>
        <source>neither: Qwen&apos;s code takes bf16 where the card has it</source>
        <translation>两者皆无：Qwen 的代码在显卡支持时用 bf16</translation>
    </message>
    <message>
        <source>no GPU is named</source>
        <translation>没有指定 GPU</translation>
    </message>
    <message>
        <source>no binding</source>
        <translation>没有绑定</translation>
    </message>
    <message>
        <source>no chat model: finetune.py also trains the embeddings and the output layer</source>
        <translation>不是聊天模型：finetune.py 还会训练嵌入和输出层</translation>
    </message>
    <message>
        <source>no column that GPU Planner knows</source>
        <translation>没有 GPU Planner 认识的列</translation>
    </message>
    <message>
        <source>no driver</source>
        <translation>没有驱动</translation>
    </message>
    <message>
        <source>no effect</source>
        <translation>无影响</translation>
    </message>
    <message>
        <source>no head line that GPU Planner knows</source>
        <translation>没有 GPU Planner 认识的表头</translation>
    </message>
    <message>
        <source>no library</source>
        <translation>没有库</translation>
    </message>
    <message>
        <source>no model is named</source>
        <translation>没有指定模型</translation>
    </message>
    <message>
        <source>no model is named: the plan&apos;s own is kept</source>
        <translation>没有指定模型：保留方案自己的</translation>
    </message>
    <message>
        <source>no other computer is named</source>
        <translation>没有指明其他电脑</translation>
    </message>
    <message>
        <source>no permission</source>
        <translation>没有权限</translation>
    </message>
    <message>
        <source>no permission: ask the administrator (with MIG, a container lacks the card itself)</source>
        <translation>没有权限：请联系管理员（使用 MIG 时，容器没有卡本身）</translation>
    </message>
    <message>
        <source>no ssh server answers there</source>
        <translation>那里没有 ssh 服务器应答</translation>
    </message>
    <message>
        <source>none is named: sdpa, transformers&apos; default</source>
        <translation>没有指定：sdpa，transformers 的默认值</translation>
    </message>
    <message>
        <source>none of them: the checkpoint&apos;s type, taken as bf16, without autocast</source>
        <translation>都没有：按检查点的类型，取 bf16，不用 autocast</translation>
    </message>
    <message>
        <source>not asked</source>
        <translation>未查询</translation>
    </message>
    <message>
        <source>not counted</source>
        <translation>未计入</translation>
    </message>
    <message>
        <source>not named: peft chooses by the model; all linear taken</source>
        <translation>没有指定：peft 按模型选择；取所有线性层</translation>
    </message>
    <message>
        <source>not read</source>
        <translation>未读取</translation>
    </message>
    <message>
        <source>not responding</source>
        <translation>没有响应</translation>
    </message>
    <message>
        <source>not supported</source>
        <translation>不支持</translation>
    </message>
    <message>
        <source>not supported by this card</source>
        <translation>此显卡不支持</translation>
    </message>
    <message>
        <source>off, the default</source>
        <translation>关闭，默认值</translation>
    </message>
    <message>
        <source>off, transformers&apos; default</source>
        <translation>关闭，transformers 的默认值</translation>
    </message>
    <message>
        <source>offload device nvme</source>
        <translation>卸载设备 nvme</translation>
    </message>
    <message>
        <source>one object a line</source>
        <translation>每行一个对象</translation>
    </message>
    <message>
        <source>open a copy or an earlier version</source>
        <translation>请打开副本或更早的版本</translation>
    </message>
    <message>
        <source>open it with a newer GPU Planner, or mend it</source>
        <translation>请用更新的 GPU Planner 打开，或修复它</translation>
    </message>
    <message>
        <source>open it with a newer GPU Planner; nothing was changed</source>
        <translation>请用更新的 GPU Planner 打开；没有更改任何内容</translation>
    </message>
    <message>
        <source>open it with the newer version; nothing was changed</source>
        <translation>请用更新的版本打开；没有更改任何内容</translation>
    </message>
    <message>
        <source>other card</source>
        <translation>另一张卡</translation>
    </message>
    <message>
        <source>other figures</source>
        <translation>其他数值</translation>
    </message>
    <message>
        <source>other process</source>
        <translation>其他进程</translation>
    </message>
    <message>
        <source>other processes</source>
        <translation>其他进程</translation>
    </message>
    <message>
        <source>out of memory</source>
        <translation>显存不足</translation>
    </message>
    <message>
        <source>peft refuses trained embeddings under ZeRO-3 (Qwen README)</source>
        <translation>peft 在 ZeRO-3 下拒绝训练嵌入（Qwen README）</translation>
    </message>
    <message>
        <source>permission denied</source>
        <translation>权限被拒绝</translation>
    </message>
    <message>
        <source>pip uninstall pynvml, then pip install --force-reinstall nvidia-ml-py</source>
        <translation>pip uninstall pynvml，然后 pip install --force-reinstall nvidia-ml-py</translation>
    </message>
    <message>
        <source>plain data parallel under DeepSpeed: counted as ddp</source>
        <translation>DeepSpeed 下的普通数据并行：按 ddp 计入</translation>
    </message>
    <message>
        <source>power brake of the power supply</source>
        <translation>电源的功率制动</translation>
    </message>
    <message>
        <source>power cap</source>
        <translation>功率上限</translation>
    </message>
    <message>
        <source>private pools</source>
        <translation>私有池</translation>
    </message>
    <message>
        <source>qlora needs a quantized base</source>
        <translation>qlora 需要量化基座</translation>
    </message>
    <message>
        <source>ran out of memory</source>
        <translation>显存不足</translation>
    </message>
    <message>
        <source>ranks of single modules are not counted</source>
        <translation>单个模块的秩未计入</translation>
    </message>
    <message>
        <source>read as</source>
        <translation>解读为</translation>
    </message>
    <message>
        <source>record for a shorter time or less often; the CSV file stays as it is</source>
        <translation>请缩短录制时间或降低频率；CSV 文件保持不变</translation>
    </message>
    <message>
        <source>reliability voltage limit</source>
        <translation>可靠性电压限制</translation>
    </message>
    <message>
        <source>remove it with an SQLite browser</source>
        <translation>请用 SQLite 浏览器移除它</translation>
    </message>
    <message>
        <source>remove one of them</source>
        <translation>请删除其中一行</translation>
    </message>
    <message>
        <source>rename one of them</source>
        <translation>请给其中一个改名</translation>
    </message>
    <message>
        <source>reserved by torch</source>
        <translation>torch 保留</translation>
    </message>
    <message>
        <source>reserved, not allocated</source>
        <translation>已保留，未分配</translation>
    </message>
    <message>
        <source>restart the computer</source>
        <translation>请重启电脑</translation>
    </message>
    <message>
        <source>restart the container, or else the computer</source>
        <translation>请重启容器，否则重启电脑</translation>
    </message>
    <message>
        <source>run one, or choose another document</source>
        <translation>请先做一次，或选择其他文档</translation>
    </message>
    <message>
        <source>samples per step are not stated: 1 × 1 per GPU is taken</source>
        <translation>没有说明每步样本数：按每卡 1 × 1</translation>
    </message>
    <message>
        <source>save it again, or as CSV</source>
        <translation>请重新保存，或存为 CSV</translation>
    </message>
    <message>
        <source>save it as .xlsx or CSV</source>
        <translation>请存为 .xlsx 或 CSV</translation>
    </message>
    <message>
        <source>save it as CSV</source>
        <translation>请存为 CSV</translation>
    </message>
    <message>
        <source>save it as UTF-8</source>
        <translation>请存为 UTF-8</translation>
    </message>
    <message>
        <source>save often</source>
        <translation>请经常保存</translation>
    </message>
    <message>
        <source>save the table alone as CSV</source>
        <translation>请把表格单独存为 CSV</translation>
    </message>
    <message>
        <source>saving drops it</source>
        <translation>保存会丢弃它</translation>
    </message>
    <message>
        <source>saving is not counted</source>
        <translation>保存过程未计入</translation>
    </message>
    <message>
        <source>see ps or nvidia-smi for its number</source>
        <translation>用 ps 或 nvidia-smi 查看其编号</translation>
    </message>
    <message>
        <source>set up a key for it (ssh-copy-id); no password is asked for here</source>
        <translation>请为它设置密钥（ssh-copy-id）；这里不询问密码</translation>
    </message>
    <message>
        <source>shadowed binding</source>
        <translation>绑定被遮蔽</translation>
    </message>
    <message>
        <source>shorten it</source>
        <translation>请缩短</translation>
    </message>
    <message>
        <source>so does another row of its series; check what they have in common</source>
        <translation>同系列另有一行也如此；请检查它们的共同点</translation>
    </message>
    <message>
        <source>split it</source>
        <translation>请拆分</translation>
    </message>
    <message>
        <source>split the file</source>
        <translation>请拆分文件</translation>
    </message>
    <message>
        <source>split the table</source>
        <translation>请拆分表格</translation>
    </message>
    <message>
        <source>srun: error</source>
        <translation>srun: error</translation>
    </message>
    <message>
        <source>srun: error: </source>
        <translation>srun: error: </translation>
    </message>
    <message>
        <source>start a program that uses it, and its figures appear</source>
        <translation>启动使用它的程序，数字就会出现</translation>
    </message>
    <message>
        <source>start the container or the job with a GPU</source>
        <translation>请让容器或作业带 GPU 启动</translation>
    </message>
    <message>
        <source>start the process anew (spawn, not fork)</source>
        <translation>请重新启动进程（spawn，不要 fork）</translation>
    </message>
    <message>
        <source>tables within tables without end</source>
        <translation>表格无限嵌套</translation>
    </message>
    <message>
        <source>take the config.json of the model&apos;s own repository</source>
        <translation>请用模型自己仓库中的 config.json</translation>
    </message>
    <message>
        <source>tell the publisher</source>
        <translation>请告知发布者</translation>
    </message>
    <message>
        <source>the GPU has to be reset (nvidia-smi --gpu-reset, or restart the computer)</source>
        <translation>GPU 需要复位（nvidia-smi --gpu-reset，或重启电脑）</translation>
    </message>
    <message>
        <source>the GPU is lost: it fell off the bus or was unplugged</source>
        <translation>GPU 丢失：从总线上掉落或被拔出</translation>
    </message>
    <message>
        <source>the GPU is not there</source>
        <translation>GPU 不在</translation>
    </message>
    <message>
        <source>the NVIDIA driver is not loaded</source>
        <translation>NVIDIA 驱动未加载</translation>
    </message>
    <message>
        <source>the PDF could not be made</source>
        <translation>无法生成 PDF</translation>
    </message>
    <message>
        <source>the Trainer&apos;s own bf16 and fp16 decide</source>
        <translation>由 Trainer 自己的 bf16 和 fp16 决定</translation>
    </message>
    <message>
        <source>the cache is counted as it grows by itself</source>
        <translation>按缓存自行增长计入</translation>
    </message>
    <message>
        <source>the call takes longer than there is between two samples</source>
        <translation>这次调用比两次采样的间隔还长</translation>
    </message>
    <message>
        <source>the card is divided by MIG, and NVML then does not say it by process</source>
        <translation>显卡被 MIG 划分，NVML 因此不按进程提供</translation>
    </message>
    <message>
        <source>the card is lost</source>
        <translation>显卡丢失</translation>
    </message>
    <message>
        <source>the card is the machine&apos;s</source>
        <translation>显卡由机器决定</translation>
    </message>
    <message>
        <source>the checkpoints&apos; offload to the host is not counted</source>
        <translation>检查点卸载到主机未计入</translation>
    </message>
    <message>
        <source>the driver did not answer in time</source>
        <translation>驱动没有及时回应</translation>
    </message>
    <message>
        <source>the driver does not say it by process</source>
        <translation>驱动不按进程提供</translation>
    </message>
    <message>
        <source>the driver was reloaded</source>
        <translation>驱动被重新加载</translation>
    </message>
    <message>
        <source>the estimate counts buckets of the usual size (2e8 elements)</source>
        <translation>估算按通常大小的桶（2e8 个元素）计入</translation>
    </message>
    <message>
        <source>the estimate offloads the optimizer with the parameters</source>
        <translation>估算把优化器与参数一起卸载</translation>
    </message>
    <message>
        <source>the file has no sheet with cells</source>
        <translation>文件中没有含单元格的工作表</translation>
    </message>
    <message>
        <source>the file is UTF-16</source>
        <translation>文件是 UTF-16</translation>
    </message>
    <message>
        <source>the file is empty</source>
        <translation>文件是空的</translation>
    </message>
    <message>
        <source>the file is no program</source>
        <translation>该文件不是程序</translation>
    </message>
    <message>
        <source>the folder is not empty</source>
        <translation>文件夹不是空的</translation>
    </message>
    <message>
        <source>the gathered units of two layers are counted</source>
        <translation>按聚集两层的单元计入</translation>
    </message>
    <message>
        <source>the head line names columns such as model, method, sequence length, memory</source>
        <translation>表头应有 model、method、sequence length、memory 之类的列名</translation>
    </message>
    <message>
        <source>the head line names lengths alone</source>
        <translation>表头只写了长度</translation>
    </message>
    <message>
        <source>the installed app has no torch of its own</source>
        <translation>已安装的程序自身不带 torch</translation>
    </message>
    <message>
        <source>the machine does not answer</source>
        <translation>那台机器没有应答</translation>
    </message>
    <message>
        <source>the micro batch that is written is counted</source>
        <translation>按所写的微批次计入</translation>
    </message>
    <message>
        <source>the models are only named by size: say which family they are</source>
        <translation>模型只按大小命名：请说明属于哪个系列</translation>
    </message>
    <message>
        <source>the operating system blocks it (a cgroup of the container or of the job queue)</source>
        <translation>操作系统禁止使用（容器或作业队列的 cgroup）</translation>
    </message>
    <message>
        <source>the others count as empty</source>
        <translation>其余视为空</translation>
    </message>
    <message>
        <source>the plan&apos;s peak</source>
        <translation>方案的峰值</translation>
    </message>
    <message>
        <source>the published text has no unit</source>
        <translation>发布的原文没有单位</translation>
    </message>
    <message>
        <source>the quantized checkpoint is named by custom: check that there is one of this name</source>
        <translation>量化检查点按惯例命名：请确认有这个名字</translation>
    </message>
    <message>
        <source>the recording is larger than 4 GB</source>
        <translation>录制大于 4 GB</translation>
    </message>
    <message>
        <source>the script loads it as GPTQ of 4 bits: name an Int4 model</source>
        <translation>脚本按 4 位 GPTQ 加载：请指定 Int4 模型</translation>
    </message>
    <message>
        <source>the spreadsheet is damaged</source>
        <translation>电子表格已损坏</translation>
    </message>
    <message>
        <source>the text is in no encoding that can be read</source>
        <translation>文本的编码无法识别</translation>
    </message>
    <message>
        <source>the text is not UTF-8</source>
        <translation>文本不是 UTF-8</translation>
    </message>
    <message>
        <source>the type follows from bf16, fp16 and pure_bf16</source>
        <translation>类型由 bf16、fp16 和 pure_bf16 决定</translation>
    </message>
    <message>
        <source>the type follows from the others</source>
        <translation>类型由其他项决定</translation>
    </message>
    <message>
        <source>the usual kernels are counted</source>
        <translation>按通常的内核计入</translation>
    </message>
    <message>
        <source>the weights have the type in which is computed</source>
        <translation>权重与计算的类型相同</translation>
    </message>
    <message>
        <source>the worker floods its output</source>
        <translation>worker 的输出过多</translation>
    </message>
    <message>
        <source>the worker was told to end (TERM) from outside</source>
        <translation>worker 被外部要求结束（TERM）</translation>
    </message>
    <message>
        <source>the worker went on after its end</source>
        <translation>worker 在结束之后仍在继续</translation>
    </message>
    <message>
        <source>the worker wrote a line that is too long for an event</source>
        <translation>worker 写了一行，过长，不是事件</translation>
    </message>
    <message>
        <source>there are no wheels (*.whl) in it</source>
        <translation>其中没有 wheel（*.whl）</translation>
    </message>
    <message>
        <source>there is a file of that name</source>
        <translation>有同名的文件</translation>
    </message>
    <message>
        <source>there is no Markdown table in it</source>
        <translation>其中没有 Markdown 表格</translation>
    </message>
    <message>
        <source>there is no srun on this computer</source>
        <translation>本机没有 srun</translation>
    </message>
    <message>
        <source>there is no srun on this machine</source>
        <translation>本机没有 srun</translation>
    </message>
    <message>
        <source>there is no ssh on this computer</source>
        <translation>本机没有 ssh</translation>
    </message>
    <message>
        <source>there is no ssh on this machine</source>
        <translation>本机没有 ssh</translation>
    </message>
    <message>
        <source>there is no such Python</source>
        <translation>没有这个 Python</translation>
    </message>
    <message>
        <source>there is no such file</source>
        <translation>没有这个文件</translation>
    </message>
    <message>
        <source>there is no such file or folder</source>
        <translation>没有这个文件或文件夹</translation>
    </message>
    <message>
        <source>there is no table in it</source>
        <translation>其中没有表格</translation>
    </message>
    <message>
        <source>there is no table in the page</source>
        <translation>页面中没有表格</translation>
    </message>
    <message>
        <source>there is no word for it</source>
        <translation>没有对应的说法</translation>
    </message>
    <message>
        <source>there is nothing in it</source>
        <translation>其中什么也没有</translation>
    </message>
    <message>
        <source>this driver is too old for it</source>
        <translation>此驱动太旧，不支持</translation>
    </message>
    <message>
        <source>this is GPU Planner itself, which is no Python</source>
        <translation>这是 GPU Planner 程序本身，不是 Python</translation>
    </message>
    <message>
        <source>this is no table</source>
        <translation>这不是表格</translation>
    </message>
    <message>
        <source>this is not a recording of GPU Planner</source>
        <translation>这不是 GPU Planner 的录制</translation>
    </message>
    <message>
        <source>this line cannot be read</source>
        <translation>此行无法读取</translation>
    </message>
    <message>
        <source>timed out</source>
        <translation>超时</translation>
    </message>
    <message>
        <source>timeout, server</source>
        <translation>超时，服务器</translation>
    </message>
    <message>
        <source>torch is not installed beside GPU Planner</source>
        <translation>GPU Planner 旁边没有安装 torch</translation>
    </message>
    <message>
        <source>torch is not installed in that Python; choose another, or install it</source>
        <translation>那个 Python 没有安装 torch；请另选，或安装它</translation>
    </message>
    <message>
        <source>torch.compile is not counted</source>
        <translation>torch.compile 未计入</translation>
    </message>
    <message>
        <source>trained biases are not counted</source>
        <translation>训练的偏置未计入</translation>
    </message>
    <message>
        <source>training on the CPU is not estimated</source>
        <translation>不估算 CPU 上的训练</translation>
    </message>
    <message>
        <source>transformers loads weights with it</source>
        <translation>transformers 用它加载权重</translation>
    </message>
    <message>
        <source>tried to allocate</source>
        <translation>尝试分配</translation>
    </message>
    <message>
        <source>try again later, or check the address in the settings</source>
        <translation>请稍后再试，或检查设置中的地址</translation>
    </message>
    <message>
        <source>tunes communication; the usual buffers are counted</source>
        <translation>用于调整通信；按通常的缓冲区计入</translation>
    </message>
    <message>
        <source>tunes how GPUs talk to each other</source>
        <translation>用于调整 GPU 之间的通信</translation>
    </message>
    <message>
        <source>twice the rank, as is usual, for a plan has none</source>
        <translation>按惯例取秩的两倍，因为方案里没有</translation>
    </message>
    <message>
        <source>type the cell again</source>
        <translation>请重新输入单元格</translation>
    </message>
    <message>
        <source>type the text again</source>
        <translation>请重新输入文本</translation>
    </message>
    <message>
        <source>unified memory: the GPU uses the computer&apos;s own memory and keeps no count</source>
        <translation>统一内存：GPU 使用电脑自己的内存，不计数</translation>
    </message>
    <message>
        <source>unknown error of the driver; a container that lost its GPU says this: restart the container</source>
        <translation>驱动的未知错误；失去 GPU 的容器会这样：请重启容器</translation>
    </message>
    <message>
        <source>use one {…} a line</source>
        <translation>每行请用一个 {…}</translation>
    </message>
    <message>
        <source>uses a merge key (&lt;&lt;), which is not read here</source>
        <translation>使用了合并键（&lt;&lt;），此处不读取</translation>
    </message>
    <message>
        <source>wait for it, or cancel it</source>
        <translation>请等它完成，或取消它</translation>
    </message>
    <message>
        <source>what is there is too long for a version</source>
        <translation>该处的内容过长，不是版本信息</translation>
    </message>
    <message>
        <source>what is there names no version</source>
        <translation>该处的内容没有给出版本</translation>
    </message>
    <message>
        <source>what it trains is not counted</source>
        <translation>它所训练的未计入</translation>
    </message>
    <message>
        <source>which optimizer runs on the host</source>
        <translation>哪个优化器在主机上运行</translation>
    </message>
    <message>
        <source>write each key once, in full</source>
        <translation>每个键只写一次，写完整</translation>
    </message>
    <message>
        <source>write it as 2.4 or 2.4.1</source>
        <translation>请写成 2.4 或 2.4.1</translation>
    </message>
    <message>
        <source>write its value out</source>
        <translation>请写出它的值</translation>
    </message>
    <message>
        <source>your data&apos;s name belongs here</source>
        <translation>请在此填入你的数据名</translation>
    </message>
    <message>
        <source>, {0} GiB by the plan</source>
        <translation>，方案预计 {0} GiB</translation>
    </message>
    <message>
        <source>, {0} or later is wanted</source>
        <translation>，需要 {0} 或更新</translation>
    </message>
    <message>
        <source>; by the plan loading takes up to {0} GiB of it per machine</source>
        <translation>；方案预计每台机器加载最多用去其中 {0} GiB</translation>
    </message>
    <message>
        <source>; by the plan the weights take {0} GiB</source>
        <translation>；方案预计权重占 {0} GiB</translation>
    </message>
    <message>
        <source>; its last words: {0}</source>
        <translation>；它最后的话：{0}</translation>
    </message>
    <message>
        <source>; remove {0}, which could not be taken away</source>
        <translation>；请移除 {0}，它无法自动清除</translation>
    </message>
    <message>
        <source>; the plan needs {0} of {1} GiB</source>
        <translation>；方案需要 {1} GiB 中的 {0}</translation>
    </message>
    <message>
        <source>CUDA graphs keep {0} GiB in private pools</source>
        <translation>CUDA 图在私有池中保留 {0} GiB</translation>
    </message>
    <message>
        <source>Corrected by {0}: {1} against physics ({2})</source>
        <translation>按{0}校正：相对物理模型 {1}（{2}）</translation>
    </message>
    <message>
        <source>Importing: {0}</source>
        <translation>正在导入：{0}</translation>
    </message>
    <message>
        <source>It cannot be started ({0})</source>
        <translation>无法启动（{0}）</translation>
    </message>
    <message>
        <source>It crashes while {0} ({1}){2}</source>
        <translation>它在{0}时崩溃（{1}）{2}</translation>
    </message>
    <message>
        <source>It does not answer as a Python does{0}</source>
        <translation>它的应答不像 Python{0}</translation>
    </message>
    <message>
        <source>It hangs: {0} takes more than {1} s</source>
        <translation>它卡住了：{0}超过 {1} 秒</translation>
    </message>
    <message>
        <source>It is Python {0}; 3.10 is the oldest that will do</source>
        <translation>它是 Python {0}；至少需要 3.10</translation>
    </message>
    <message>
        <source>It ran on {0}, not on the plan&apos;s {1}</source>
        <translation>实际运行在 {0}，而不是方案的 {1}</translation>
    </message>
    <message>
        <source>It was installed but cannot be used: {0}</source>
        <translation>已安装但无法使用：{0}</translation>
    </message>
    <message>
        <source>NVML cannot be used (error {0})</source>
        <translation>无法使用 NVML（错误 {0}）</translation>
    </message>
    <message>
        <source>NVML error {0}</source>
        <translation>NVML 错误 {0}</translation>
    </message>
    <message>
        <source>Nobody measured a matmul on {0}: 80 % of the data sheet is assumed</source>
        <translation>没有人在 {0} 上测过矩阵乘：按数据表的 80 % 假定</translation>
    </message>
    <message>
        <source>Other processes hold {0} GiB of the card: {1}{2}</source>
        <translation>其他进程占用显卡 {0} GiB：{1}{2}</translation>
    </message>
    <message>
        <source>PCIe between the GPUs is taken as {0} GB/s; boards reach from 2 to 25</source>
        <translation>GPU 之间的 PCIe 按 {0} GB/s 处理；各种主板为 2 到 25</translation>
    </message>
    <message>
        <source>Process {0} holds {1} GiB of the card{2}</source>
        <translation>进程 {0} 占用显卡 {1} GiB{2}</translation>
    </message>
    <message>
        <source>Qwen&apos;s finetune.py trains Qwen-1.8B to Qwen-72B, not {0}</source>
        <translation>Qwen 的 finetune.py 训练 Qwen-1.8B 到 Qwen-72B，不含 {0}</translation>
    </message>
    <message>
        <source>Row {0} has the same settings and the same source, but {1}</source>
        <translation>第 {0} 行的设置和来源相同，但结果为：{1}</translation>
    </message>
    <message>
        <source>Set {0} before the start</source>
        <translation>请在启动前设置 {0}</translation>
    </message>
    <message>
        <source>Slurm has not run it: {0}</source>
        <translation>Slurm 没有运行它：{0}</translation>
    </message>
    <message>
        <source>The Python module pynvml comes from another package ({0})</source>
        <translation>Python 模块 pynvml 来自另一个包（{0}）</translation>
    </message>
    <message>
        <source>The card has {0} GiB; the plan is for {1} with {2} GiB</source>
        <translation>该卡有 {0} GiB；方案针对的是 {1}，{2} GiB</translation>
    </message>
    <message>
        <source>The plan needs {0} GiB and the process could have {1}: it was predicted not to fit</source>
        <translation>方案需要 {0} GiB，而进程只能得到 {1}：早已预测放不下</translation>
    </message>
    <message>
        <source>The plan was predicted to fit tightly: {0} GiB, up to {1}, of {2}</source>
        <translation>早已预测此方案勉强：{2} GiB 中的 {0}，最高 {1}</translation>
    </message>
    <message>
        <source>The process may use {0} of {1} GiB and holds {2}</source>
        <translation>进程最多可用 {1} GiB 中的 {0}，已占用 {2}</translation>
    </message>
    <message>
        <source>The run needs at least {0} GiB, the plan {1} (up to {2}): {3} GiB</source>
        <translation>该次运行至少需要 {0} GiB，方案为 {1}（最高 {2}）：{3} GiB</translation>
    </message>
    <message>
        <source>The same as row {0}</source>
        <translation>与第 {0} 行相同</translation>
    </message>
    <message>
        <source>The shape of {0} is unverified</source>
        <translation>{0} 的结构未经核实</translation>
    </message>
    <message>
        <source>The time of attention is counted without the windows of {0}</source>
        <translation>注意力的时间未计 {0} 的窗口</translation>
    </message>
    <message>
        <source>The unit is not stated; read as {0}</source>
        <translation>没有说明单位；按 {0} 处理</translation>
    </message>
    <message>
        <source>a cell has more than {0} characters</source>
        <translation>有单元格超过 {0} 个字符</translation>
    </message>
    <message>
        <source>a column is there twice: {0}</source>
        <translation>有一列出现两次：{0}</translation>
    </message>
    <message>
        <source>a document keeps recordings of at most {0} lines</source>
        <translation>文档中的录制最多 {0} 行</translation>
    </message>
    <message>
        <source>a group of {0} keys</source>
        <translation>一组 {0} 个键</translation>
    </message>
    <message>
        <source>a list of {0}</source>
        <translation>{0} 项的列表</translation>
    </message>
    <message>
        <source>a second head line was moved under {0}</source>
        <translation>第二行表头已移到 {0} 之下</translation>
    </message>
    <message>
        <source>about {0} GiB are needed and {1} GiB are free</source>
        <translation>约需 {0} GiB，空闲 {1} GiB</translation>
    </message>
    <message>
        <source>are two recipes, {0}</source>
        <translation>是两个配方，{0}</translation>
    </message>
    <message>
        <source>as a total over {0} GPUs it would be {1} per GPU</source>
        <translation>作为 {0} 个 GPU 的合计，则每卡 {1}</translation>
    </message>
    <message>
        <source>as milliseconds it would be {0} s</source>
        <translation>如果单位是毫秒，则为 {0} 秒</translation>
    </message>
    <message>
        <source>as the figure of one GPU it would be {0}</source>
        <translation>作为单卡数值则为 {0}</translation>
    </message>
    <message>
        <source>at most {0} can be read</source>
        <translation>最多能读取 {0}</translation>
    </message>
    <message>
        <source>cannot be made ({0})</source>
        <translation>无法创建（{0}）</translation>
    </message>
    <message>
        <source>cannot be read ({0})</source>
        <translation>无法读取（{0}）</translation>
    </message>
    <message>
        <source>choose {0}, or from {1}</source>
        <translation>请选择 {0}，或从 {1} 中选择</translation>
    </message>
    <message>
        <source>close it there ({0} lies beside it)</source>
        <translation>请在那里关闭（{0} 在它旁边）</translation>
    </message>
    <message>
        <source>column {0} holds memory and time: both are taken</source>
        <translation>列 {0} 同时有显存和时间：两者都采用</translation>
    </message>
    <message>
        <source>column {0} would be a second {1}: kept as it is</source>
        <translation>列 {0} 会成为第二个 {1}：保持原样</translation>
    </message>
    <message>
        <source>convert them to safetensors, or give {0} for random weights</source>
        <translation>请转换为 safetensors，或用 {0} 取随机权重</translation>
    </message>
    <message>
        <source>defaults are used; the old file is now {0}</source>
        <translation>使用默认值；旧文件现为 {0}</translation>
    </message>
    <message>
        <source>ended by signal {0} ({1})</source>
        <translation>被信号 {0} 结束（{1}）</translation>
    </message>
    <message>
        <source>exec sh -c {0}</source>
        <translation>exec sh -c {0}</translation>
    </message>
    <message>
        <source>exit code {0}</source>
        <translation>退出码 {0}</translation>
    </message>
    <message>
        <source>fp32 matmuls are taken {0}</source>
        <translation>fp32 矩阵乘{0}</translation>
    </message>
    <message>
        <source>framework {0} does not shard by {1}</source>
        <translation>框架 {0} 不支持按 {1} 切分</translation>
    </message>
    <message>
        <source>has the key {0} twice</source>
        <translation>键 {0} 出现两次</translation>
    </message>
    <message>
        <source>in {0} it would be in step</source>
        <translation>按 {0} 读取则一致</translation>
    </message>
    <message>
        <source>in {0} it would be {1}</source>
        <translation>按 {0} 读取则为 {1}</translation>
    </message>
    <message>
        <source>inference cannot be sharded by {0}</source>
        <translation>推理不能按 {0} 切分</translation>
    </message>
    <message>
        <source>install Python {0}.{1} or later</source>
        <translation>请安装 Python {0}.{1} 或更新</translation>
    </message>
    <message>
        <source>is larger than {0} MiB, which no {1} is</source>
        <translation>大于 {0} MiB，{1} 不会这么大</translation>
    </message>
    <message>
        <source>is longer than {0} KiB, which no recipe is</source>
        <translation>长于 {0} KiB，配方不会这么长</translation>
    </message>
    <message>
        <source>is longer than {0} MiB</source>
        <translation>长于 {0} MiB</translation>
    </message>
    <message>
        <source>is no JSON ({0})</source>
        <translation>不是 JSON（{0}）</translation>
    </message>
    <message>
        <source>is no JSON ({0}, column {1})</source>
        <translation>不是 JSON（{0}，第 {1} 列）</translation>
    </message>
    <message>
        <source>is no JSON object but {0}</source>
        <translation>不是 JSON 对象，而是 {0}</translation>
    </message>
    <message>
        <source>is no Python ({0})</source>
        <translation>不是 Python（{0}）</translation>
    </message>
    <message>
        <source>is no YAML ({0})</source>
        <translation>不是 YAML（{0}）</translation>
    </message>
    <message>
        <source>is no shell script ({0})</source>
        <translation>不是 shell 脚本（{0}）</translation>
    </message>
    <message>
        <source>is no tokenizer ({0})</source>
        <translation>不是分词器（{0}）</translation>
    </message>
    <message>
        <source>is {0}{1} where {2} is expected</source>
        <translation>是 {0}{1}，而应为 {2}</translation>
    </message>
    <message>
        <source>it brings the optimizer {0}</source>
        <translation>优化器 {0} 由它提供</translation>
    </message>
    <message>
        <source>it stays where it is ({0})</source>
        <translation>保持在原处（{0}）</translation>
    </message>
    <message>
        <source>its weights ({0}) are pickled, and reading those runs whatever is in them</source>
        <translation>它的权重（{0}）是 pickle 格式，读取会执行其中的任意内容</translation>
    </message>
    <message>
        <source>known are {0}</source>
        <translation>已知的有 {0}</translation>
    </message>
    <message>
        <source>lacks the key{0} {1}</source>
        <translation>缺少键{0} {1}</translation>
    </message>
    <message>
        <source>line {0} cannot be read</source>
        <translation>第 {0} 行无法读取</translation>
    </message>
    <message>
        <source>memory falls from {0} to {1} tokens</source>
        <translation>显存在 {0} 到 {1} tokens 之间下降</translation>
    </message>
    <message>
        <source>memory {0} %, time {1} %</source>
        <translation>显存 {0} %，时间 {1} %</translation>
    </message>
    <message>
        <source>more than {0} MB</source>
        <translation>超过 {0} MB</translation>
    </message>
    <message>
        <source>more than {0} cells</source>
        <translation>超过 {0} 个单元格</translation>
    </message>
    <message>
        <source>more than {0} columns</source>
        <translation>超过 {0} 列</translation>
    </message>
    <message>
        <source>more than {0} lines</source>
        <translation>超过 {0} 行</translation>
    </message>
    <message>
        <source>more than {0} million characters</source>
        <translation>超过 {0} 百万个字符</translation>
    </message>
    <message>
        <source>more than {0} records</source>
        <translation>超过 {0} 条记录</translation>
    </message>
    <message>
        <source>more than {0} rows</source>
        <translation>超过 {0} 行数据</translation>
    </message>
    <message>
        <source>no column names the card: {0} is taken</source>
        <translation>没有列指明显卡：采用 {0}</translation>
    </message>
    <message>
        <source>no command runs {0}</source>
        <translation>没有命令运行 {0}</translation>
    </message>
    <message>
        <source>no local GPU is called {0} (there: {1})</source>
        <translation>本机没有名为 {0} 的 GPU（现有：{1}）</translation>
    </message>
    <message>
        <source>no unit: taken as {0}</source>
        <translation>没有单位：按 {0} 处理</translation>
    </message>
    <message>
        <source>norms, embeddings and head become fp32: {0}</source>
        <translation>归一化层、嵌入和输出层变为 fp32：{0}</translation>
    </message>
    <message>
        <source>not the plan&apos;s {0}</source>
        <translation>不是方案的 {0}</translation>
    </message>
    <message>
        <source>nothing can be reached there ({0})</source>
        <translation>无法访问该地址（{0}）</translation>
    </message>
    <message>
        <source>pip has failed (exit code {0}){1}</source>
        <translation>pip 失败（退出码 {0}）{1}</translation>
    </message>
    <message>
        <source>read are the calls of {0}</source>
        <translation>读取的是 {0} 的调用</translation>
    </message>
    <message>
        <source>read are {0}</source>
        <translation>读取的是 {0}</translation>
    </message>
    <message>
        <source>sharding {0} cannot offload</source>
        <translation>切分 {0} 不能卸载</translation>
    </message>
    <message>
        <source>slowed by {0}</source>
        <translation>因{0}降频</translation>
    </message>
    <message>
        <source>ssh itself was ended by signal {0}</source>
        <translation>ssh 自身被信号 {0} 结束</translation>
    </message>
    <message>
        <source>ssh {0} has failed</source>
        <translation>ssh {0} 失败</translation>
    </message>
    <message>
        <source>text parted by {0}</source>
        <translation>以{0}分隔的文本</translation>
    </message>
    <message>
        <source>the connection to {0} is lost</source>
        <translation>与 {0} 的连接中断</translation>
    </message>
    <message>
        <source>the experts&apos; {0} is adapted only together with {1}</source>
        <translation>专家的 {0} 只能与 {1} 一起适配</translation>
    </message>
    <message>
        <source>the file could not be read ({0})</source>
        <translation>无法读取文件（{0}）</translation>
    </message>
    <message>
        <source>the file is damaged ({0})</source>
        <translation>文件已损坏（{0}）</translation>
    </message>
    <message>
        <source>the file is larger than {0} MB</source>
        <translation>文件大于 {0} MB</translation>
    </message>
    <message>
        <source>the file was not saved: {0}</source>
        <translation>文件没有保存：{0}</translation>
    </message>
    <message>
        <source>the folder has no {0}</source>
        <translation>文件夹里没有 {0}</translation>
    </message>
    <message>
        <source>the line cannot be split into cells ({0})</source>
        <translation>此行无法拆成单元格（{0}）</translation>
    </message>
    <message>
        <source>the line has {0} cells</source>
        <translation>此行有 {0} 个单元格</translation>
    </message>
    <message>
        <source>the memory is {0} times the estimate; look at its unit and its plan</source>
        <translation>显存是估算的 {0} 倍；请检查其单位和方案</translation>
    </message>
    <message>
        <source>the model type {0} is not known</source>
        <translation>未知的模型类型 {0}</translation>
    </message>
    <message>
        <source>the models are only named by size: &quot;{0}…&quot; is the family that has all of them</source>
        <translation>模型只按大小命名：“{0}…”是包含全部大小的系列</translation>
    </message>
    <message>
        <source>the plan has {0} nodes, which have to find each other</source>
        <translation>方案有 {0} 个节点，它们须互相找到</translation>
    </message>
    <message>
        <source>the plan needs {0} × {1}, and {2} can be read{3}</source>
        <translation>方案需要 {0} × {1}，而可读取的有 {2}{3}</translation>
    </message>
    <message>
        <source>the recording cannot be read ({0})</source>
        <translation>无法读取录制（{0}）</translation>
    </message>
    <message>
        <source>the recording cannot be written ({0})</source>
        <translation>无法写入录制（{0}）</translation>
    </message>
    <message>
        <source>the server answers {0}</source>
        <translation>服务器回答 {0}</translation>
    </message>
    <message>
        <source>the server leads to {0}, which is not safe</source>
        <translation>服务器转向 {0}，这不安全</translation>
    </message>
    <message>
        <source>the server&apos;s certificate is not valid ({0})</source>
        <translation>服务器的证书无效（{0}）</translation>
    </message>
    <message>
        <source>the sizes make {0} parameters, more than any model has</source>
        <translation>这些尺寸共有 {0} 个参数，多于任何模型</translation>
    </message>
    <message>
        <source>the table {0} is not GPU Planner&apos;s</source>
        <translation>表 {0} 不是 GPU Planner 的</translation>
    </message>
    <message>
        <source>the text is no UTF-8: {0} is taken</source>
        <translation>文本不是 UTF-8：按 {0} 读取</translation>
    </message>
    <message>
        <source>the text is not {0}</source>
        <translation>文本不是 {0}</translation>
    </message>
    <message>
        <source>the time is {0} times the estimate; look at its unit and its plan</source>
        <translation>用时是估算的 {0} 倍；请检查其单位和方案</translation>
    </message>
    <message>
        <source>the time limit of {0} s is over</source>
        <translation>已到时间上限 {0} 秒</translation>
    </message>
    <message>
        <source>the worker (process {0}) cannot be ended: </source>
        <translation>无法结束 worker（进程 {0}）：</translation>
    </message>
    <message>
        <source>the worker cannot be started: {0}</source>
        <translation>无法启动 worker：{0}</translation>
    </message>
    <message>
        <source>the worker has said nothing for {0} s</source>
        <translation>worker 已有 {0} 秒没有任何输出</translation>
    </message>
    <message>
        <source>the worker is gone without a word: {0}{1}</source>
        <translation>worker 无声消失：{0}{1}</translation>
    </message>
    <message>
        <source>the worker is gone: {0}</source>
        <translation>worker 已消失：{0}</translation>
    </message>
    <message>
        <source>the worker wrote a line that is no event ({0})</source>
        <translation>worker 写了一行，不是事件（{0}）</translation>
    </message>
    <message>
        <source>the {0} {1} is not in the catalogue</source>
        <translation>目录中没有{0} {1}</translation>
    </message>
    <message>
        <source>there is no Python {0} on {1}; name another with --python</source>
        <translation>{1} 上没有 Python {0}；请用 --python 另指定</translation>
    </message>
    <message>
        <source>there is no answer within {0} s</source>
        <translation>{0} 秒内没有回答</translation>
    </message>
    <message>
        <source>there is no process {0}</source>
        <translation>没有进程 {0}</translation>
    </message>
    <message>
        <source>they go from 0 to {0}</source>
        <translation>编号从 0 到 {0}</translation>
    </message>
    <message>
        <source>this is not a recording of GPU Planner (no column {0})</source>
        <translation>这不是 GPU Planner 的录制（没有列 {0}）</translation>
    </message>
    <message>
        <source>this is not a {0}</source>
        <translation>这不是{0}</translation>
    </message>
    <message>
        <source>this is {0}</source>
        <translation>这是{0}</translation>
    </message>
    <message>
        <source>torch holds {0} GiB that it does not use, more than the {1} GiB that it tried to get, but in pieces that are too small: fragmentation</source>
        <translation>torch 持有 {0} GiB 未使用，多于它想申请的 {1} GiB，但都是太小的碎片：显存碎片化</translation>
    </message>
    <message>
        <source>unpacks to more than {0} MB</source>
        <translation>解压后超过 {0} MB</translation>
    </message>
    <message>
        <source>{0} % of the memory is used</source>
        <translation>显存已用 {0} %</translation>
    </message>
    <message>
        <source>{0} % out of step with the other lengths of its series</source>
        <translation>与同系列其他长度相差 {0} %</translation>
    </message>
    <message>
        <source>{0} GPUs need a way to share the work</source>
        <translation>{0} 张 GPU 需要分工的方式</translation>
    </message>
    <message>
        <source>{0} GPUs, and it is not stated whether this is one GPU&apos;s figure; read so</source>
        <translation>{0} 张 GPU，没有说明是否为单卡数字；按单卡处理</translation>
    </message>
    <message>
        <source>{0} GiB is one {1} hidden state: {2} tokens × {3}</source>
        <translation>{0} GiB 是一个 {1} 隐藏状态：{2} tokens × {3}</translation>
    </message>
    <message>
        <source>{0} GiB is one {1} tensor of an MLP: {2} tokens × {3}</source>
        <translation>{0} GiB 是一个 {1} MLP 张量：{2} tokens × {3}</translation>
    </message>
    <message>
        <source>{0} GiB is {1} attention scores: {2} × {3} × {4}² × {5} B</source>
        <translation>{0} GiB 是 {1} 注意力分数：{2} × {3} × {4}² × {5} B</translation>
    </message>
    <message>
        <source>{0} GiB is {1} embeddings: {2} × {3} × {4} B</source>
        <translation>{0} GiB 是 {1} 嵌入：{2} × {3} × {4} B</translation>
    </message>
    <message>
        <source>{0} GiB is {1} logits without the last place: {2} × {3} B</source>
        <translation>{0} GiB 是不含最后位置的 {1} logits：{2} × {3} B</translation>
    </message>
    <message>
        <source>{0} GiB is {1} logits: {2} × {3} B</source>
        <translation>{0} GiB 是 {1} logits：{2} × {3} B</translation>
    </message>
    <message>
        <source>{0} GiB more than predicted</source>
        <translation>比预测多 {0} GiB</translation>
    </message>
    <message>
        <source>{0} GiB would be fp32 logits of {1} tokens; the plan has {2} ({3} × {4})</source>
        <translation>{0} GiB 相当于 {1} 个 token 的 fp32 logits；方案为 {2}（{3} × {4}）</translation>
    </message>
    <message>
        <source>{0} as published</source>
        <translation>{0}，按发布</translation>
    </message>
    <message>
        <source>{0} can be read in two ways; write it without the comma</source>
        <translation>{0} 有两种读法；请去掉逗号</translation>
    </message>
    <message>
        <source>{0} cannot be imported: {1}</source>
        <translation>无法导入 {0}：{1}</translation>
    </message>
    <message>
        <source>{0} cannot be read</source>
        <translation>无法读取 {0}</translation>
    </message>
    <message>
        <source>{0} cannot be read ({1})</source>
        <translation>无法读取 {0}（{1}）</translation>
    </message>
    <message>
        <source>{0} cannot offload parameters</source>
        <translation>{0} 不能卸载参数</translation>
    </message>
    <message>
        <source>{0} columns, and at most {1} can be read</source>
        <translation>{0} 列，最多能读取 {1} 列</translation>
    </message>
    <message>
        <source>{0} data sets; count their samples together</source>
        <translation>{0} 个数据集；请把样本合计</translation>
    </message>
    <message>
        <source>{0} does not run FlashAttention-2: sdpa needs about the same memory, more time</source>
        <translation>{0} 不能运行 FlashAttention-2：sdpa 所需显存相近，但更慢</translation>
    </message>
    <message>
        <source>{0} figures are more than one GPU has: totals over all GPUs are taken</source>
        <translation>{0} 个数字超过单卡所有：按所有 GPU 的合计处理</translation>
    </message>
    <message>
        <source>{0} has no pip; install python3-venv, or name another Python</source>
        <translation>{0} 没有 pip；请安装 python3-venv，或另选 Python</translation>
    </message>
    <message>
        <source>{0} has no published bandwidth: 1 TB/s is assumed</source>
        <translation>{0} 没有公布带宽：假定 1 TB/s</translation>
    </message>
    <message>
        <source>{0} has no published rate for {1}: the time is a rough guess</source>
        <translation>{0} 没有公布 {1} 的速率：时间只是粗略猜测</translation>
    </message>
    <message>
        <source>{0} has positions for {1} tokens only</source>
        <translation>{0} 只有 {1} 个 token 的位置</translation>
    </message>
    <message>
        <source>{0} is above the largest possible value, {1}</source>
        <translation>{0} 大于可能的最大值 {1}</translation>
    </message>
    <message>
        <source>{0} is below the smallest possible value, {1}</source>
        <translation>{0} 小于可能的最小值 {1}</translation>
    </message>
    <message>
        <source>{0} is counted as sdpa</source>
        <translation>{0} 按 sdpa 计入</translation>
    </message>
    <message>
        <source>{0} is counted as sft: no reference model, no pairs</source>
        <translation>{0} 按 sft 计入：没有参考模型，没有成对样本</translation>
    </message>
    <message>
        <source>{0} is counted as {1}</source>
        <translation>{0} 按 {1} 计入</translation>
    </message>
    <message>
        <source>{0} is found out when the script runs: the plan&apos;s own is kept</source>
        <translation>{0} 在脚本运行时才知道：保留方案自己的</translation>
    </message>
    <message>
        <source>{0} is missing</source>
        <translation>缺少 {0}</translation>
    </message>
    <message>
        <source>{0} is neither true nor false</source>
        <translation>{0} 既不是 true 也不是 false</translation>
    </message>
    <message>
        <source>{0} is no address</source>
        <translation>{0} 不是地址</translation>
    </message>
    <message>
        <source>{0} is no address; enter one with https:// or a whole path</source>
        <translation>{0} 不是地址；请输入以 https:// 开头的地址或完整路径</translation>
    </message>
    <message>
        <source>{0} is no figure</source>
        <translation>{0} 不是数字</translation>
    </message>
    <message>
        <source>{0} is no memory of a card; enter capacity, free now, or such as 20 GiB</source>
        <translation>{0} 不是显卡的显存；请输入 capacity、free now，或如 20 GiB</translation>
    </message>
    <message>
        <source>{0} is no name of a machine</source>
        <translation>{0} 不是机器名</translation>
    </message>
    <message>
        <source>{0} is no number</source>
        <translation>{0} 不是数</translation>
    </message>
    <message>
        <source>{0} is no number of a node</source>
        <translation>{0} 不是节点编号</translation>
    </message>
    <message>
        <source>{0} is no sequence length</source>
        <translation>{0} 不是序列长度</translation>
    </message>
    <message>
        <source>{0} is no stage</source>
        <translation>{0} 不是阶段</translation>
    </message>
    <message>
        <source>{0} is no time</source>
        <translation>{0} 不是时间</translation>
    </message>
    <message>
        <source>{0} is no version; one is written like 1.2 or 1.3rc1</source>
        <translation>{0} 不是版本号；版本号写作 1.2 或 1.3rc1</translation>
    </message>
    <message>
        <source>{0} is not a number{1}</source>
        <translation>{0} 不是数字{1}</translation>
    </message>
    <message>
        <source>{0} is not a price of a kWh; write it as 0.3, 0.3 EUR or €0.3</source>
        <translation>{0} 不是每 kWh 的价格；请写成 0.3、0.3 EUR 或 €0.3</translation>
    </message>
    <message>
        <source>{0} is not a price; write it as 1.9, 1.9 EUR or €1.9</source>
        <translation>{0} 不是价格；请写成 1.9、1.9 EUR 或 €1.9</translation>
    </message>
    <message>
        <source>{0} is not a whole number</source>
        <translation>{0} 不是整数</translation>
    </message>
    <message>
        <source>{0} is not an amount; enter capacity, free now, or such as 20 GiB</source>
        <translation>{0} 不是数量；请输入 capacity、free now，或如 20 GiB</translation>
    </message>
    <message>
        <source>{0} is not at hand: stage {1} taken by its name; open it together with the recipe</source>
        <translation>手边没有 {0}：按名称取阶段 {1}；请与配方一起打开</translation>
    </message>
    <message>
        <source>{0} is not at hand: zero_stage decides</source>
        <translation>手边没有 {0}：由 zero_stage 决定</translation>
    </message>
    <message>
        <source>{0} is not estimated</source>
        <translation>不估算 {0}</translation>
    </message>
    <message>
        <source>{0} is not one of {1}</source>
        <translation>{0} 不在 {1} 之中</translation>
    </message>
    <message>
        <source>{0} is not read: full sharding taken</source>
        <translation>没有读取 {0}：按完全切分</translation>
    </message>
    <message>
        <source>{0} is not safe; enter an address with https:// or a whole path</source>
        <translation>{0} 不安全；请输入以 https:// 开头的地址或完整路径</translation>
    </message>
    <message>
        <source>{0} is nothing that was measured</source>
        <translation>{0} 不是实测的量</translation>
    </message>
    <message>
        <source>{0} is too large</source>
        <translation>{0} 太大</translation>
    </message>
    <message>
        <source>{0} is {1} possible value, {2}</source>
        <translation>{0} {1}可能值 {2}</translation>
    </message>
    <message>
        <source>{0} lengths; {1} at the most</source>
        <translation>{0} 个长度；最多 {1} 个</translation>
    </message>
    <message>
        <source>{0} makes no environment{1}</source>
        <translation>{0} 没有建立环境{1}</translation>
    </message>
    <message>
        <source>{0} more lines of another length</source>
        <translation>另有 {0} 行长度不同</translation>
    </message>
    <message>
        <source>{0} of {1} GiB that torch holds are not in use: partly fragmentation</source>
        <translation>torch 持有的 {1} GiB 中有 {0} 未使用：部分碎片化</translation>
    </message>
    <message>
        <source>{0} per GPU is less than any training takes</source>
        <translation>每卡 {0}，少于任何训练所需</translation>
    </message>
    <message>
        <source>{0} per GPU on a card of {1}</source>
        <translation>每卡 {0}，而显卡只有 {1}</translation>
    </message>
    <message>
        <source>{0} per GPU, while {1} is estimated</source>
        <translation>每卡 {0}，而估算为 {1}</translation>
    </message>
    <message>
        <source>{0} processes do not divide by {1} machines</source>
        <translation>{0} 个进程不能平分到 {1} 台机器</translation>
    </message>
    <message>
        <source>{0} s per step</source>
        <translation>每步 {0} 秒</translation>
    </message>
    <message>
        <source>{0} s per step, less than the {1} at {2} tokens</source>
        <translation>每步 {0} 秒，少于 {2} tokens 时的 {1} 秒</translation>
    </message>
    <message>
        <source>{0} s per step, while {1} is estimated</source>
        <translation>每步 {0} 秒，而估算为 {1} 秒</translation>
    </message>
    <message>
        <source>{0} samples per step, while micro batch × accumulation × GPUs make {1}</source>
        <translation>每步 {0} 个样本，而微批次 × 累积 × GPU 数为 {1}</translation>
    </message>
    <message>
        <source>{0} sheets; {1} has the most cells and was read</source>
        <translation>{0} 个工作表；{1} 的单元格最多，已读取</translation>
    </message>
    <message>
        <source>{0}, by the name</source>
        <translation>{0}，由名称得出</translation>
    </message>
    <message>
        <source>{0}, the default</source>
        <translation>{0}，默认值</translation>
    </message>
    <message>
        <source>{0}, the default of {1}</source>
        <translation>{0}，{1} 的默认值</translation>
    </message>
    <message>
        <source>{0}, which has the same name</source>
        <translation>{0}，名称相同</translation>
    </message>
    <message>
        <source>{0}, {1} times as much: is it the time of one micro batch?</source>
        <translation>{0}，相差 {1} 倍：这是一个微批次的时间吗？</translation>
    </message>
    <message>
        <source>{0}: more than {1} rows</source>
        <translation>{0}：超过 {1} 行</translation>
    </message>
</context>
<context>
    <name>fields</name>
    <message>
        <source>1/s</source>
        <translation>1/s</translation>
    </message>
    <message>
        <source>10 B a trained weight in full training, 14 B an embedding</source>
        <translation>全参数训练时每个权重 10 B，嵌入 14 B</translation>
    </message>
    <message>
        <source>16-bit copy of the head</source>
        <translation>输出头的 16 位副本</translation>
    </message>
    <message>
        <source>2 B per trained weight stored in fp32, adapters too, until autocast is left</source>
        <translation>每个以 fp32 存储的训练权重（含适配器）2 B，直到退出 autocast</translation>
    </message>
    <message>
        <source>2 × 2e8 × 2 B (ZeRO-1, ZeRO-2)</source>
        <translation>2 × 2e8 × 2 B（ZeRO-1、ZeRO-2）</translation>
    </message>
    <message>
        <source>2e8 × 2 B where more than that is trained (ZeRO-1, ZeRO-2)</source>
        <translation>2e8 × 2 B，训练的参数多于此时（ZeRO-1、ZeRO-2）</translation>
    </message>
    <message>
        <source>2·H where a frozen head is stored in fp32</source>
        <translation>2·H，冻结的输出头以 fp32 存储时</translation>
    </message>
    <message>
        <source>2·T/g (ZeRO-3)</source>
        <translation>2·T/g（ZeRO-3）</translation>
    </message>
    <message>
        <source>2·T²·q FLOPs forward and recompute, 5·T²·q backward, at FlashAttention-2&apos;s rate for the length</source>
        <translation>2·T²·q FLOPs 前向和重新计算，5·T²·q 反向，按 FlashAttention-2 在该长度的速率</translation>
    </message>
    <message>
        <source>2·b·E where embeddings and head are one: their two gradients are added out of place</source>
        <translation>2·b·E，嵌入与输出头共用时：两个梯度异地相加</translation>
    </message>
    <message>
        <source>2·h² (bucket &quot;auto&quot;)</source>
        <translation>2·h²（桶为 “auto”）</translation>
    </message>
    <message>
        <source>2·kv·L·bytes·batch·(length + new), a window at most where a layer has one; Qwen-1: old and new</source>
        <translation>2·kv·L·字节·批次·（长度 + 新 token），有窗口的层最多一个窗口；Qwen-1：新旧两份</translation>
    </message>
    <message>
        <source>2·kv·L·bytes·t</source>
        <translation>2·kv·L·字节·t</translation>
    </message>
    <message>
        <source>2·min(T, 2e8), before this GPU&apos;s part is kept (ZeRO-1, ZeRO-2)</source>
        <translation>2·min(T, 2e8)，在本 GPU 的部分存下之前（ZeRO-1、ZeRO-2）</translation>
    </message>
    <message>
        <source>2·r·h·t·(L − 1): inputs of recomputed layers and their gradients</source>
        <translation>2·r·h·t·(L − 1)：重新计算各层的输入及其梯度</translation>
    </message>
    <message>
        <source>47</source>
        <translation>47</translation>
    </message>
    <message>
        <source>4·T/g</source>
        <translation>4·T/g</translation>
    </message>
    <message>
        <source>5 B (GPTQ) or 2 B (NF4, int8) per weight of the largest linear</source>
        <translation>最大线性层每个权重 5 B（GPTQ）或 2 B（NF4、int8）</translation>
    </message>
    <message>
        <source>5 B (GPTQ) per weight of the largest linear</source>
        <translation>最大线性层每个权重 5 B（GPTQ）</translation>
    </message>
    <message>
        <source>6, 12 or 16 · V·t; fused 12·V for the tokens of a chunk + 4·h·t; or the last norm&apos;s 20·h·t</source>
        <translation>6、12 或 16 · V·t；融合：12·V，按一块的 token + 4·h·t；或最后归一化的 20·h·t</translation>
    </message>
    <message>
        <source>6, 8, 10, 12, 14 or 16 · V·t; fused 8·V for the tokens of a chunk</source>
        <translation>6、8、10、12、14 或 16 · V·t；融合：8·V，按一块的 token</translation>
    </message>
    <message>
        <source>60 B an adapter parameter, 52 or 48/g B another, once a step</source>
        <translation>每个适配器参数 60 B，其他每个 52 或 48/g B，每步一次</translation>
    </message>
    <message>
        <source>6·V·batch</source>
        <translation>6·V·批次</translation>
    </message>
    <message>
        <source>6·V·t, or of the last position only</source>
        <translation>6·V·t，或仅最后位置</translation>
    </message>
    <message>
        <source>Accumulation</source>
        <translation>累积</translation>
    </message>
    <message>
        <source>AdamW 2 moments in the stored type; DeepSpeed fp32 master and moments: 12·T/g</source>
        <translation>AdamW：两个矩，按存储类型；DeepSpeed：fp32 主副本与矩，12·T/g</translation>
    </message>
    <message>
        <source>Adapter precision</source>
        <translation>适配器精度</translation>
    </message>
    <message>
        <source>Allocated, reserved, or NVML&apos;s figure (device)</source>
        <translation>已分配、保留，或 NVML 的数字（设备）</translation>
    </message>
    <message>
        <source>Anything a reader should know</source>
        <translation>读者应当知道的任何事</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>注意力</translation>
    </message>
    <message>
        <source>Attention kernel</source>
        <translation>注意力内核</translation>
    </message>
    <message>
        <source>Autocast</source>
        <translation>Autocast</translation>
    </message>
    <message>
        <source>Autocast around 16-bit weights: fp32 loss, upcast logits; auto: on for hf training</source>
        <translation>在 16 位权重外使用 autocast：fp32 损失、logits 升精度；auto：hf 训练时开启</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>B/s</source>
        <translation>B/s</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>预算</translation>
    </message>
    <message>
        <source>By all programs on the card; without the driver&apos;s own part where the driver tells it apart.</source>
        <translation>卡上所有程序所用；驱动能区分时不含驱动自身部分。</translation>
    </message>
    <message>
        <source>Cards in each machine</source>
        <translation>每台机器的显卡数</translation>
    </message>
    <message>
        <source>Checkpointing</source>
        <translation>梯度检查点</translation>
    </message>
    <message>
        <source>Chunked or fused linear cross-entropy: never holds all logits</source>
        <translation>分块或融合的线性交叉熵：从不持有全部 logits</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>频率</translation>
    </message>
    <message>
        <source>DDP buckets</source>
        <translation>DDP 桶</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Decides the optimizer&apos;s temporaries and the like</source>
        <translation>决定优化器的临时量等</translation>
    </message>
    <message>
        <source>Decoder busy</source>
        <translation>解码器占用</translation>
    </message>
    <message>
        <source>DeepSpeed&apos;s step</source>
        <translation>DeepSpeed 的更新步</translation>
    </message>
    <message>
        <source>Dropout before each adapter; above 0 its mask is kept</source>
        <translation>每个适配器前的 dropout；大于 0 时保留掩码</translation>
    </message>
    <message>
        <source>ECC corrected</source>
        <translation>ECC 已纠正</translation>
    </message>
    <message>
        <source>ECC uncorrected</source>
        <translation>ECC 未纠正</translation>
    </message>
    <message>
        <source>Effective rate between nodes</source>
        <translation>节点间的有效速率</translation>
    </message>
    <message>
        <source>Electricity</source>
        <translation>电费</translation>
    </message>
    <message>
        <source>Encoder busy</source>
        <translation>编码器占用</translation>
    </message>
    <message>
        <source>Energy</source>
        <translation>能耗</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>轮数</translation>
    </message>
    <message>
        <source>FSDP layer units</source>
        <translation>FSDP 层单元</translation>
    </message>
    <message>
        <source>FSDP root unit</source>
        <translation>FSDP 根单元</translation>
    </message>
    <message>
        <source>FSDP2 copying out</source>
        <translation>FSDP2 复制输出</translation>
    </message>
    <message>
        <source>FSDP2 gather of the root</source>
        <translation>FSDP2 根单元聚集</translation>
    </message>
    <message>
        <source>FSDP2 gradients of the ends</source>
        <translation>FSDP2 两端的梯度</translation>
    </message>
    <message>
        <source>FSDP2 last layer unit</source>
        <translation>FSDP2 最后一层单元</translation>
    </message>
    <message>
        <source>FSDP2 layer units</source>
        <translation>FSDP2 层单元</translation>
    </message>
    <message>
        <source>FSDP2 root unit</source>
        <translation>FSDP2 根单元</translation>
    </message>
    <message>
        <source>FSDP2 whole gradients</source>
        <translation>FSDP2 完整梯度</translation>
    </message>
    <message>
        <source>Fan</source>
        <translation>风扇</translation>
    </message>
    <message>
        <source>First number of the series</source>
        <translation>序列的第一个数</translation>
    </message>
    <message>
        <source>Framework</source>
        <translation>框架</translation>
    </message>
    <message>
        <source>From the card to the computer.</source>
        <translation>从显卡到电脑。</translation>
    </message>
    <message>
        <source>From the computer to the card.</source>
        <translation>从电脑到显卡。</translation>
    </message>
    <message>
        <source>Fused loss</source>
        <translation>融合损失</translation>
    </message>
    <message>
        <source>GPTQ 16.5 B a weight, twice; NF4 2.56 B, int8 3 B, three times</source>
        <translation>GPTQ 每个权重 16.5 B，两次；NF4 2.56 B，int8 3 B，三次</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>GPU busy</source>
        <translation>GPU 占用</translation>
    </message>
    <message>
        <source>GPUs</source>
        <translation>GPU 数</translation>
    </message>
    <message>
        <source>GPUs per node</source>
        <translation>每节点 GPU 数</translation>
    </message>
    <message>
        <source>Gbit/s</source>
        <translation>Gbit/s</translation>
    </message>
    <message>
        <source>GiB</source>
        <translation>GiB</translation>
    </message>
    <message>
        <source>GiB of each card</source>
        <translation>每张卡的 GiB</translation>
    </message>
    <message>
        <source>GiB of each card that must stay free</source>
        <translation>每张卡须保持空闲的 GiB</translation>
    </message>
    <message>
        <source>How often each is seen</source>
        <translation>每个样本看几遍</translation>
    </message>
    <message>
        <source>How several GPUs share the work</source>
        <translation>多张 GPU 如何分工</translation>
    </message>
    <message>
        <source>How the frozen linear layers are stored</source>
        <translation>冻结的线性层如何存储</translation>
    </message>
    <message>
        <source>How the measurement ended</source>
        <translation>测量如何结束</translation>
    </message>
    <message>
        <source>Inference: generated tokens per second</source>
        <translation>推理：每秒生成的 token 数</translation>
    </message>
    <message>
        <source>Inference: tokens generated beyond the length</source>
        <translation>推理：在长度之外生成的 token 数</translation>
    </message>
    <message>
        <source>Inference: type of the KV cache</source>
        <translation>推理：KV 缓存的类型</translation>
    </message>
    <message>
        <source>Intended, of the maximum.</source>
        <translation>设定值，占最大值的比例。</translation>
    </message>
    <message>
        <source>Interconnect</source>
        <translation>互连</translation>
    </message>
    <message>
        <source>J</source>
        <translation>J</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV 缓存</translation>
    </message>
    <message>
        <source>KV cache, prefill</source>
        <translation>KV 缓存，预填充</translation>
    </message>
    <message>
        <source>Keep one activation per layer and recompute the rest</source>
        <translation>每层只保留一份激活，其余重新计算</translation>
    </message>
    <message>
        <source>Kept by the driver and firmware; no program can have it.</source>
        <translation>由驱动和固件占用；程序无法使用。</translation>
    </message>
    <message>
        <source>LoRA dropout</source>
        <translation>LoRA dropout</translation>
    </message>
    <message>
        <source>LoRA rank</source>
        <translation>LoRA 秩</translation>
    </message>
    <message>
        <source>LoRA side path</source>
        <translation>LoRA 旁路</translation>
    </message>
    <message>
        <source>LoRA targets</source>
        <translation>LoRA 目标</translation>
    </message>
    <message>
        <source>MHz</source>
        <translation>MHz</translation>
    </message>
    <message>
        <source>Machines</source>
        <translation>机器数</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>显存</translation>
    </message>
    <message>
        <source>Memory busy</source>
        <translation>显存占用</translation>
    </message>
    <message>
        <source>Memory clock</source>
        <translation>显存频率</translation>
    </message>
    <message>
        <source>Memory errors since the driver was loaded that were corrected.</source>
        <translation>驱动加载以来已纠正的显存错误。</translation>
    </message>
    <message>
        <source>Memory errors since the driver was loaded that were not.</source>
        <translation>驱动加载以来未纠正的显存错误。</translation>
    </message>
    <message>
        <source>Memory free</source>
        <translation>空闲显存</translation>
    </message>
    <message>
        <source>Memory kind</source>
        <translation>显存类别</translation>
    </message>
    <message>
        <source>Memory of my job</source>
        <translation>我的作业显存</translation>
    </message>
    <message>
        <source>Memory of the card</source>
        <translation>显卡显存</translation>
    </message>
    <message>
        <source>Memory of the driver</source>
        <translation>驱动显存</translation>
    </message>
    <message>
        <source>Memory scope</source>
        <translation>显存范围</translation>
    </message>
    <message>
        <source>Memory unit</source>
        <translation>显存单位</translation>
    </message>
    <message>
        <source>Memory used</source>
        <translation>已用显存</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Micro batch</source>
        <translation>微批次</translation>
    </message>
    <message>
        <source>Micro batches per optimizer step</source>
        <translation>每个优化器步的微批次数</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Name of a catalogue card</source>
        <translation>目录中显卡的名称</translation>
    </message>
    <message>
        <source>Name of a catalogue model, or the path of a config.json or a model folder</source>
        <translation>目录中模型的名称，或 config.json、模型文件夹的路径</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>New tokens</source>
        <translation>新 token 数</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>节点数</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Number of the last critical fault that the driver reported since the card is watched; 0 is none.</source>
        <translation>开始监视以来驱动报告的最近一次严重故障的编号；0 为无。</translation>
    </message>
    <message>
        <source>Of one GPU for an hour</source>
        <translation>一张 GPU 一小时的价格</translation>
    </message>
    <message>
        <source>Of one kWh</source>
        <translation>每 kWh</translation>
    </message>
    <message>
        <source>Of the GPU</source>
        <translation>GPU 的</translation>
    </message>
    <message>
        <source>Of the chip.</source>
        <translation>芯片的。</translation>
    </message>
    <message>
        <source>Of the link now.</source>
        <translation>链路当前的。</translation>
    </message>
    <message>
        <source>Of the link now; an idle card slows it down.</source>
        <translation>链路当前的；空闲的显卡会降速。</translation>
    </message>
    <message>
        <source>Of the memory.</source>
        <translation>显存的。</translation>
    </message>
    <message>
        <source>Of the multiprocessors.</source>
        <translation>流式多处理器的。</translation>
    </message>
    <message>
        <source>Of the processes that are followed (a trial, a watched job), their children included.</source>
        <translation>被跟踪的进程（试跑、被观察的作业），包括其子进程。</translation>
    </message>
    <message>
        <source>Of the video decoder.</source>
        <translation>视频解码器的。</translation>
    </message>
    <message>
        <source>Of the video encoder.</source>
        <translation>视频编码器的。</translation>
    </message>
    <message>
        <source>Of the whole card; on most cards a mean over one second.</source>
        <translation>整张卡的；多数卡上为一秒的平均值。</translation>
    </message>
    <message>
        <source>Offload</source>
        <translation>卸载</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Optimizer and its implementation</source>
        <translation>优化器及其实现</translation>
    </message>
    <message>
        <source>Origin</source>
        <translation>来历</translation>
    </message>
    <message>
        <source>P-state</source>
        <translation>P 状态</translation>
    </message>
    <message>
        <source>P0 is fastest.</source>
        <translation>P0 最快。</translation>
    </message>
    <message>
        <source>PCIe generation</source>
        <translation>PCIe 代数</translation>
    </message>
    <message>
        <source>PCIe lanes</source>
        <translation>PCIe 通道数</translation>
    </message>
    <message>
        <source>PCIe received</source>
        <translation>PCIe 接收</translation>
    </message>
    <message>
        <source>PCIe sent</source>
        <translation>PCIe 发送</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>显存峰值</translation>
    </message>
    <message>
        <source>Peak memory as measured</source>
        <translation>实测的显存峰值</translation>
    </message>
    <message>
        <source>Power</source>
        <translation>功率</translation>
    </message>
    <message>
        <source>Power cap</source>
        <translation>功率上限</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>价格</translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>Rank of the adapters</source>
        <translation>适配器的秩</translation>
    </message>
    <message>
        <source>Reserve</source>
        <translation>预留</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>样本数</translation>
    </message>
    <message>
        <source>Sequence length</source>
        <translation>序列长度</translation>
    </message>
    <message>
        <source>Sequences per GPU and forward pass</source>
        <translation>每卡每次前向的序列数</translation>
    </message>
    <message>
        <source>Sequences that one optimizer step sees, over all GPUs</source>
        <translation>一个优化器步在所有 GPU 上看到的序列数</translation>
    </message>
    <message>
        <source>Sequences to train on</source>
        <translation>用于训练的序列数</translation>
    </message>
    <message>
        <source>Sharding</source>
        <translation>切分</translation>
    </message>
    <message>
        <source>Share of the card&apos;s memory</source>
        <translation>占显卡显存的比例</translation>
    </message>
    <message>
        <source>Share of time in which a kernel ran; not how well it used the card.</source>
        <translation>有内核在运行的时间占比；不代表利用得好不好。</translation>
    </message>
    <message>
        <source>Share of time in which memory was read or written.</source>
        <translation>显存在读写的时间占比。</translation>
    </message>
    <message>
        <source>Since the monitor first saw the card; a reload of the driver does not set it back.</source>
        <translation>监控首次见到该卡以来；重新加载驱动不会清零。</translation>
    </message>
    <message>
        <source>Slowed by</source>
        <translation>降频原因</translation>
    </message>
    <message>
        <source>Software</source>
        <translation>软件</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>起始值</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步长</translation>
    </message>
    <message>
        <source>Step time</source>
        <translation>每步时间</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>The driver keeps power below it.</source>
        <translation>驱动使功率保持在其下。</translation>
    </message>
    <message>
        <source>Time of one optimizer step</source>
        <translation>一个优化器步的时间</translation>
    </message>
    <message>
        <source>Tokens of one sequence</source>
        <translation>一个序列的 token 数</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>Tokens/秒</translation>
    </message>
    <message>
        <source>Type of the LoRA matrices</source>
        <translation>LoRA 矩阵的类型</translation>
    </message>
    <message>
        <source>Unit of the peak memory as it was written</source>
        <translation>原文所写显存峰值的单位</translation>
    </message>
    <message>
        <source>Used, free and the driver&apos;s part together.</source>
        <translation>已用、空闲与驱动部分之和。</translation>
    </message>
    <message>
        <source>Versions that the figures were measured with</source>
        <translation>测得这些数字的软件版本</translation>
    </message>
    <message>
        <source>V·t in the type of the computation, twice where they are scaled; fused: none</source>
        <translation>V·t，按计算的类型，若有缩放则两倍；融合：无</translation>
    </message>
    <message>
        <source>W</source>
        <translation>W</translation>
    </message>
    <message>
        <source>What a program can have now.</source>
        <translation>程序现在可以得到的。</translation>
    </message>
    <message>
        <source>What is added, or the factor</source>
        <translation>每步加上的数，或倍数</translation>
    </message>
    <message>
        <source>What is kept in the host&apos;s memory</source>
        <translation>哪些内容放在主机内存</translation>
    </message>
    <message>
        <source>What is trained: everything, or adapters on a frozen base</source>
        <translation>训练什么：全部参数，或冻结基座上的适配器</translation>
    </message>
    <message>
        <source>What joins the GPUs of one node</source>
        <translation>同一节点的 GPU 如何相连</translation>
    </message>
    <message>
        <source>What one GPU may give: its capacity, what is free now on the local one, or an amount such as 20 GiB</source>
        <translation>一张 GPU 可给多少：其容量、本机当前空闲，或如 20 GiB 的数值</translation>
    </message>
    <message>
        <source>When they were measured or published</source>
        <translation>何时测得或发布</translation>
    </message>
    <message>
        <source>Where the figures were published</source>
        <translation>数字发布在何处</translation>
    </message>
    <message>
        <source>Whether the figure counts one GPU or all</source>
        <translation>数字是一张 GPU 的还是全部的</translation>
    </message>
    <message>
        <source>Who stands behind the figures</source>
        <translation>数字由谁提供</translation>
    </message>
    <message>
        <source>Whose code runs the step: which copies, upcasts and buffers it makes; auto: by sharding</source>
        <translation>由谁的代码执行训练步：它产生哪些副本、升精度和缓冲区；auto：由切分决定</translation>
    </message>
    <message>
        <source>Why the clock is below its maximum, as NVML&apos;s bits; see `throttle_words`.</source>
        <translation>频率为何低于最大值，NVML 的位；见 `throttle_words`。</translation>
    </message>
    <message>
        <source>Xid</source>
        <translation>Xid</translation>
    </message>
    <message>
        <source>ZeRO-3 bucket</source>
        <translation>ZeRO-3 桶</translation>
    </message>
    <message>
        <source>ZeRO-3: the larger of embedding and head, 2 B each; FSDP: root unit and one layer as stored</source>
        <translation>ZeRO-3：嵌入与输出头中较大者，每个 2 B；FSDP：根单元和一层，按存储类型</translation>
    </message>
    <message>
        <source>a gathered layer with its adapters, b·W + d·N/L, and beside it what it was copied from or the next</source>
        <translation>一个聚集的层及其适配器，b·W + d·N/L，以及旁边它的来源或下一层</translation>
    </message>
    <message>
        <source>a second copy of the gradients</source>
        <translation>梯度的第二份副本</translation>
    </message>
    <message>
        <source>a third unit, what it was copied from, as far as it exceeds the layer in flight</source>
        <translation>第三个单元及其来源，以超出正在计算的层为限</translation>
    </message>
    <message>
        <source>adapter parameters</source>
        <translation>适配器参数</translation>
    </message>
    <message>
        <source>adapters</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>all but the embedding&apos;s</source>
        <translation>除嵌入之外的全部</translation>
    </message>
    <message>
        <source>all-linear, or module names joined by + such as q_proj+v_proj</source>
        <translation>all-linear，或以 + 连接的模块名，如 q_proj+v_proj</translation>
    </message>
    <message>
        <source>as precision</source>
        <translation>与精度相同</translation>
    </message>
    <message>
        <source>attention</source>
        <translation>注意力</translation>
    </message>
    <message>
        <source>attention mask</source>
        <translation>注意力掩码</translation>
    </message>
    <message>
        <source>autocast weight copies</source>
        <translation>autocast 的权重副本</translation>
    </message>
    <message>
        <source>a·h·t while the model&apos;s forward runs</source>
        <translation>a·h·t，模型前向进行时</translation>
    </message>
    <message>
        <source>base weights</source>
        <translation>基座权重</translation>
    </message>
    <message>
        <source>bytes gathered and reduced · (g − 1)/g / rate of the slowest link; adds under DeepSpeed, runs ahead of the kernels under FSDP and DDP (p-norm, p = 2)</source>
        <translation>聚集与归约的字节 · (g − 1)/g / 最慢链路的速率；DeepSpeed 下相加，FSDP 和 DDP 下与内核重叠（p 范数，p = 2）</translation>
    </message>
    <message>
        <source>bytes of a stored parameter</source>
        <translation>一个存储参数的字节</translation>
    </message>
    <message>
        <source>bytes of an activation</source>
        <translation>一个激活的字节</translation>
    </message>
    <message>
        <source>bytes of an adapter parameter</source>
        <translation>一个适配器参数的字节</translation>
    </message>
    <message>
        <source>bytes of norms, rotary, activation and residuals / (0.59·BW, GDDR 0.80·BW)</source>
        <translation>归一化、旋转编码、激活与残差的字节 / (0.59·BW，GDDR 0.80·BW)</translation>
    </message>
    <message>
        <source>bytes of the residual stream</source>
        <translation>残差流的字节</translation>
    </message>
    <message>
        <source>b·(E + H + C) gathered from first forward to last backward</source>
        <translation>b·(E + H + C)，从首次前向到最后一次反向一直聚集</translation>
    </message>
    <message>
        <source>b·(E + H + C) once more, until the first layer&apos;s parameters are copied out</source>
        <translation>再一份 b·(E + H + C)，直到第一层的参数复制完成</translation>
    </message>
    <message>
        <source>b·(E + H) or b·C whole, and one layer&apos;s as it is sent</source>
        <translation>b·(E + H) 或 b·C 完整存在，外加正在发送的一层</translation>
    </message>
    <message>
        <source>b·(E + H): second copies</source>
        <translation>b·(E + H)：第二份副本</translation>
    </message>
    <message>
        <source>b·3·h·f in full training, beside gradients that are kept</source>
        <translation>b·3·h·f，全参数训练时，在保留的梯度之外</translation>
    </message>
    <message>
        <source>b·E whole where 2·H + 3·L·W &lt; 1e9 (ZeRO-3)</source>
        <translation>b·E 完整存在，当 2·H + 3·L·W &lt; 1e9（ZeRO-3）</translation>
    </message>
    <message>
        <source>b·H where the head is trained (fused 3·b·H), as far as it exceeds what of the loss is freed before</source>
        <translation>b·H，训练输出头时（融合为 3·b·H），以超出此前释放的损失部分为限</translation>
    </message>
    <message>
        <source>b·H whole while the loss runs (ZeRO-3)</source>
        <translation>b·H，损失计算期间完整存在（ZeRO-3）</translation>
    </message>
    <message>
        <source>b·P, cut by ZeRO-3 or FSDP: /g</source>
        <translation>b·P，ZeRO-3 或 FSDP 切分：/g</translation>
    </message>
    <message>
        <source>b·W + d·N/L whole while the layer runs (ZeRO-3)</source>
        <translation>b·W + d·N/L，该层运行期间完整存在（ZeRO-3）</translation>
    </message>
    <message>
        <source>b·W + d·N/L whole while the layer runs, of the last ones all that are needed again soon (ZeRO-3)</source>
        <translation>b·W + d·N/L，该层运行期间完整存在，最后几层中不久还要用的全部（ZeRO-3）</translation>
    </message>
    <message>
        <source>b·W + d·N/L: the last layer&apos;s gather, freed when the root&apos;s forward ends, and gathered for backward</source>
        <translation>b·W + d·N/L：最后一层的聚集，根单元前向结束时释放，反向时再聚集</translation>
    </message>
    <message>
        <source>foreach copies of the trained parameters (two up to torch 2.0, one later); Adafactor 16 B per element of the largest tensor</source>
        <translation>foreach 的训练参数副本（torch 2.0 及以前两份，之后一份）；Adafactor 最大张量每元素 16 B</translation>
    </message>
    <message>
        <source>fp32 masters at the start</source>
        <translation>开始时的 fp32 主副本</translation>
    </message>
    <message>
        <source>full bucket, sent</source>
        <translation>满的桶，正在发送</translation>
    </message>
    <message>
        <source>gathered embeddings</source>
        <translation>聚集的嵌入</translation>
    </message>
    <message>
        <source>gathered first layer</source>
        <translation>聚集的第一层</translation>
    </message>
    <message>
        <source>gathered layers</source>
        <translation>聚集的各层</translation>
    </message>
    <message>
        <source>gathered layers, kept</source>
        <translation>聚集的各层，保留</translation>
    </message>
    <message>
        <source>checkpoints r·h·t·L; without checkpointing every layer&apos;s saved tensors</source>
        <translation>检查点 r·h·t·L；不用检查点时为每层保存的张量</translation>
    </message>
    <message>
        <source>2 × 2e8 × 2 B (ZeRO-1, ZeRO-2); from torch 2.10 on as far as they exceed what of the loss is freed</source>
        <translation>2 × 2e8 × 2 B（ZeRO-1、ZeRO-2）；torch 2.10 起只计超出已释放的损失张量的部分</translation>
    </message>
    <message>
        <source>6 B per element of the partition (ZeRO-3: of a sub-group); 4 B and 4 B a copy of torch&apos;s AdamW; or 8 B of the largest tensor that is trained</source>
        <translation>分区中每个元素 6 B（ZeRO-3：子组）；4 B 加 torch AdamW 每份副本 4 B；或最大被训练张量的 8 B</translation>
    </message>
    <message>
        <source>Type in which weights are stored and computed; -mixed stores fp32 and computes in 16 bits, under qlora only what is not quantized (as peft&apos;s prepare_model_for_kbit_training does)</source>
        <translation>权重存储与计算的类型；-mixed 以 fp32 存储、以 16 位计算，qlora 下只作用于未量化的部分（与 peft 为 k 位训练所做的准备相同）</translation>
    </message>
    <message>
        <source>Your own price of one GPU for one hour, such as 2.5 EUR</source>
        <translation>你自己的一张 GPU 一小时的价格，例如 2.5 EUR</translation>
    </message>
    <message>
        <source>decode logits</source>
        <translation>解码 logits</translation>
    </message>
    <message>
        <source>dense peak, TFLOP/s</source>
        <translation>稠密峰值，TFLOP/s</translation>
    </message>
    <message>
        <source>dequantization</source>
        <translation>反量化</translation>
    </message>
    <message>
        <source>d·N + b·C, full: b·P; cut from ZeRO-2 on: /g</source>
        <translation>d·N + b·C，全参数：b·P；ZeRO-2 起切分：/g</translation>
    </message>
    <message>
        <source>d·N, N = rank·Σ(in + out)</source>
        <translation>d·N，N = 秩·Σ(输入 + 输出)</translation>
    </message>
    <message>
        <source>element-wise</source>
        <translation>逐元素</translation>
    </message>
    <message>
        <source>embeddings</source>
        <translation>嵌入</translation>
    </message>
    <message>
        <source>evaluation</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>first layer</source>
        <translation>第一层</translation>
    </message>
    <message>
        <source>fresh head gradient</source>
        <translation>新的输出头梯度</translation>
    </message>
    <message>
        <source>fresh weight gradients</source>
        <translation>新的权重梯度</translation>
    </message>
    <message>
        <source>gathered for saving</source>
        <translation>为保存而聚集</translation>
    </message>
    <message>
        <source>gathered head</source>
        <translation>聚集的输出头</translation>
    </message>
    <message>
        <source>gradient of tied embeddings</source>
        <translation>绑定嵌入的梯度</translation>
    </message>
    <message>
        <source>gradient partition at the start</source>
        <translation>开始时的梯度分区</translation>
    </message>
    <message>
        <source>gradients</source>
        <translation>梯度</translation>
    </message>
    <message>
        <source>gradients kept</source>
        <translation>保留的梯度</translation>
    </message>
    <message>
        <source>gradients of the last layers</source>
        <translation>最后几层的梯度</translation>
    </message>
    <message>
        <source>gradients of the layers</source>
        <translation>各层的梯度</translation>
    </message>
    <message>
        <source>head</source>
        <translation>输出头</translation>
    </message>
    <message>
        <source>head and loss</source>
        <translation>输出头与损失</translation>
    </message>
    <message>
        <source>hidden size</source>
        <translation>隐藏维度</translation>
    </message>
    <message>
        <source>host</source>
        <translation>主机</translation>
    </message>
    <message>
        <source>input of the head</source>
        <translation>输出头的输入</translation>
    </message>
    <message>
        <source>inputs kept by FSDP</source>
        <translation>FSDP 保留的输入</translation>
    </message>
    <message>
        <source>kept activations</source>
        <translation>保留的激活</translation>
    </message>
    <message>
        <source>kept after the layers</source>
        <translation>各层之后保留的</translation>
    </message>
    <message>
        <source>last bucket, sent</source>
        <translation>最后的桶，正在发送</translation>
    </message>
    <message>
        <source>last layer</source>
        <translation>最后一层</translation>
    </message>
    <message>
        <source>launches · time of one + fixed time per micro batch + DeepSpeed&apos;s hooks; joined with the device by a p-norm (p = 4)</source>
        <translation>启动次数 · 单次时间 + 每个微批次的固定时间 + DeepSpeed 的钩子；与设备时间按 p 范数合并（p = 4）</translation>
    </message>
    <message>
        <source>layer in flight</source>
        <translation>正在计算的层</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>层数</translation>
    </message>
    <message>
        <source>layers gathered ahead</source>
        <translation>提前聚集的层数</translation>
    </message>
    <message>
        <source>linears</source>
        <translation>线性层</translation>
    </message>
    <message>
        <source>linears of one layer</source>
        <translation>一层的线性层</translation>
    </message>
    <message>
        <source>links</source>
        <translation>链路</translation>
    </message>
    <message>
        <source>logits</source>
        <translation>logits</translation>
    </message>
    <message>
        <source>logits and loss as in forward, or one layer in flight; no graph, no cache</source>
        <translation>如前向的 logits 与损失，或一层正在计算；没有计算图，没有缓存</translation>
    </message>
    <message>
        <source>logits and loss, backward</source>
        <translation>logits 与损失，反向</translation>
    </message>
    <message>
        <source>logits and loss, forward</source>
        <translation>logits 与损失，前向</translation>
    </message>
    <message>
        <source>matmul with V·h, and 52 (fp32) or 24 B per token·V</source>
        <translation>与 V·h 的矩阵乘，以及每 token·V 52（fp32）或 24 B</translation>
    </message>
    <message>
        <source>measured share of the peak</source>
        <translation>实测占峰值的比例</translation>
    </message>
    <message>
        <source>memory bandwidth, GB/s</source>
        <translation>显存带宽，GB/s</translation>
    </message>
    <message>
        <source>merged weight</source>
        <translation>合并的权重</translation>
    </message>
    <message>
        <source>micro batch × accumulation × GPUs</source>
        <translation>微批次 × 累积 × GPU 数</translation>
    </message>
    <message>
        <source>micro batches per step</source>
        <translation>每步微批次数</translation>
    </message>
    <message>
        <source>nf4-dq for qlora, else none</source>
        <translation>qlora 为 nf4-dq，否则 none</translation>
    </message>
    <message>
        <source>node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>none on one GPU, ddp on several</source>
        <translation>单卡为 none，多卡为 ddp</translation>
    </message>
    <message>
        <source>nvlink if the card has it, else pcie</source>
        <translation>显卡支持则 nvlink，否则 pcie</translation>
    </message>
    <message>
        <source>of the allocator&apos;s block overhead</source>
        <translation>占分配器块开销的比例</translation>
    </message>
    <message>
        <source>of the largest adapted weight: B·A and its multiple, 2·d; NF4, int8: 2 + d + 2·max(2, d) + packed</source>
        <translation>对最大的被适配权重：B·A 及其倍数，2·d；NF4、int8：2 + d + 2·max(2, d) + 打包</translation>
    </message>
    <message>
        <source>one layer&apos;s saved tensors if recomputed, and what its backward works on; see the first layer</source>
        <translation>重新计算时一层保存的张量，以及其反向所用；见第一层</translation>
    </message>
    <message>
        <source>one layer&apos;s widest moment</source>
        <translation>一层最宽时刻</translation>
    </message>
    <message>
        <source>one layer&apos;s widest moment without a graph</source>
        <translation>无计算图时一层最宽时刻</translation>
    </message>
    <message>
        <source>optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>optimizer states</source>
        <translation>优化器状态</translation>
    </message>
    <message>
        <source>output of the embeddings</source>
        <translation>嵌入的输出</translation>
    </message>
    <message>
        <source>packed L·W·(0.5 or 1) + scales: GPTQ 2.5/128 (int4), 3/128 (int8); NF4 4/64, double 1/64 + 4/16,384</source>
        <translation>打包 L·W·(0.5 或 1) + 缩放：GPTQ 2.5/128（int4）、3/128（int8）；NF4 4/64，双重 1/64 + 4/16,384</translation>
    </message>
    <message>
        <source>parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>per matmul ((2·m·n·k / (e·P))^s + (bytes / (b·BW))^s)^(1/s) + latency; forward, recompute, input gradient, and weight gradient where it is trained; Hopper cards hold 0.81 of e</source>
        <translation>每个矩阵乘 ((2·m·n·k / (e·P))^s + (字节 / (b·BW))^s)^(1/s) + 延迟；前向、重新计算、输入梯度，以及训练时的权重梯度；Hopper 卡保持 e 的 0.81</translation>
    </message>
    <message>
        <source>per step</source>
        <translation>每步</translation>
    </message>
    <message>
        <source>per token 21·K + 10·N bytes forward, 27·K + 4·N backward (fp32 adapters; 16 bits 5, 10, 11, 4), and eight small matmuls per target</source>
        <translation>每 token 前向 21·K + 10·N 字节，反向 27·K + 4·N（fp32 适配器；16 位为 5、10、11、4），每个目标另有八个小矩阵乘</translation>
    </message>
    <message>
        <source>prefill layer</source>
        <translation>预填充层</translation>
    </message>
    <message>
        <source>prefill logits</source>
        <translation>预填充 logits</translation>
    </message>
    <message>
        <source>quantized linears</source>
        <translation>量化的线性层</translation>
    </message>
    <message>
        <source>query width</source>
        <translation>查询宽度</translation>
    </message>
    <message>
        <source>reduce buckets</source>
        <translation>归约桶</translation>
    </message>
    <message>
        <source>reduce buckets, logits</source>
        <translation>归约桶，logits</translation>
    </message>
    <message>
        <source>r·h·t</source>
        <translation>r·h·t</translation>
    </message>
    <message>
        <source>r·h·t + one layer&apos;s saved tensors + max(recompute (a + 4)·f·t + 5·a·h·t, backward a·(h + 2·f)·t)</source>
        <translation>r·h·t + 一层保存的张量 + max(重新计算 (a + 4)·f·t + 5·a·h·t，反向 a·(h + 2·f)·t)</translation>
    </message>
    <message>
        <source>r·s² with eager attention, s the length</source>
        <translation>r·s²，eager 注意力，s 为长度</translation>
    </message>
    <message>
        <source>s</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>second copies of trained embeddings</source>
        <translation>训练嵌入的第二份副本</translation>
    </message>
    <message>
        <source>step temporaries</source>
        <translation>更新步临时量</translation>
    </message>
    <message>
        <source>the head&apos;s b·H, one layer&apos;s as it is sent, the next one&apos;s as far as it exceeds what the layer freed</source>
        <translation>输出头的 b·H，正在发送的一层，以及下一层超出已释放层的部分</translation>
    </message>
    <message>
        <source>the last min(L, 1 + (1e9 − 2·H)/(3·W)) layers whole (ZeRO-3)</source>
        <translation>最后 min(L, 1 + (1e9 − 2·H)/(3·W)) 层完整存在（ZeRO-3）</translation>
    </message>
    <message>
        <source>the last norm&apos;s 4·h·t (fp32 copy) or r·h·t, where trained 2·a·h·t more</source>
        <translation>最后归一化的 4·h·t（fp32 副本）或 r·h·t，训练时另加 2·a·h·t</translation>
    </message>
    <message>
        <source>those of the head and of one layer; all where they are kept</source>
        <translation>输出头和一层的；保留时为全部</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>tokens</translation>
    </message>
    <message>
        <source>tokens of a micro batch</source>
        <translation>微批次的 token 数</translation>
    </message>
    <message>
        <source>tokens of a sequence</source>
        <translation>序列的 token 数</translation>
    </message>
    <message>
        <source>trained embeddings</source>
        <translation>训练的嵌入</translation>
    </message>
    <message>
        <source>trained parameters</source>
        <translation>训练的参数</translation>
    </message>
    <message>
        <source>two gathered layers</source>
        <translation>两个聚集的层</translation>
    </message>
    <message>
        <source>type of what is trained; alive before backward when they accumulate</source>
        <translation>按被训练者的类型；累积时在反向之前就存在</translation>
    </message>
    <message>
        <source>unpacked weight</source>
        <translation>解包的权重</translation>
    </message>
    <message>
        <source>vocabulary</source>
        <translation>词表</translation>
    </message>
    <message>
        <source>weight unpacked again</source>
        <translation>再次解包的权重</translation>
    </message>
    <message>
        <source>what the allocator keeps, bytes</source>
        <translation>分配器所保留的，字节</translation>
    </message>
    <message>
        <source>width of the MLP</source>
        <translation>MLP 的宽度</translation>
    </message>
    <message>
        <source>°C</source>
        <translation>°C</translation>
    </message>
</context>
<context>
    <name>help</name>
    <message>
        <source>Key</source>
        <translation>键</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>作用</translation>
    </message>
    <message>
        <source>Edit the cell; so does typing, Enter or a double click</source>
        <translation>编辑单元格；直接输入、回车或双击亦可</translation>
    </message>
    <message>
        <source>Click on a head</source>
        <translation>点击表头</translation>
    </message>
    <message>
        <source>Sort up, down, then as in the file</source>
        <translation>升序、降序，然后恢复文件顺序</translation>
    </message>
    <message>
        <source>Right click on a head</source>
        <translation>右击表头</translation>
    </message>
    <message>
        <source>Choose columns</source>
        <translation>选择列</translation>
    </message>
</context>
<context>
    <name>language</name>
    <message>
        <source>English</source>
        <translation>简体中文</translation>
    </message>
    <message>
        <source>en</source>
        <translation>zh_CN</translation>
    </message>
</context>
<context>
    <name>pivot</name>
    <message>
        <source>{value} ({n} rows)</source>
        <translation>{value}（{n} 行）</translation>
    </message>
</context>
<context>
    <name>problem_words</name>
    <message>
        <source>About the file</source>
        <translation>关于文件</translation>
    </message>
    <message>
        <source>Cells that cannot be read</source>
        <translation>无法读取的单元格</translation>
    </message>
    <message>
        <source>Status and figures disagree</source>
        <translation>状态与数值矛盾</translation>
    </message>
    <message>
        <source>Memory unit</source>
        <translation>显存单位</translation>
    </message>
    <message>
        <source>Total or per GPU</source>
        <translation>合计还是每卡</translation>
    </message>
    <message>
        <source>More than the card has</source>
        <translation>超过显卡的显存</translation>
    </message>
    <message>
        <source>Samples per step</source>
        <translation>每步样本数</translation>
    </message>
    <message>
        <source>Rows that are there twice</source>
        <translation>重复的行</translation>
    </message>
    <message>
        <source>Memory falls with length</source>
        <translation>显存随长度下降</translation>
    </message>
    <message>
        <source>Time falls with length</source>
        <translation>时间随长度下降</translation>
    </message>
    <message>
        <source>Far from the estimate</source>
        <translation>与估算相差很大</translation>
    </message>
    <message>
        <source>Rows without estimate</source>
        <translation>没有估算的行</translation>
    </message>
    <message>
        <source>Row {row}</source>
        <translation>第 {row} 行</translation>
    </message>
    <message>
        <source>remove row {row}</source>
        <translation>删除第 {row} 行</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>clear {column}</source>
        <translation>清空{column}</translation>
    </message>
    <message>
        <source>fix row {row}</source>
        <translation>修正第 {row} 行</translation>
    </message>
    <message>
        <source>fix {n} problems</source>
        <translation>修正 {n} 个问题</translation>
    </message>
    <message>
        <source>accept a problem of row {row}</source>
        <translation>接受第 {row} 行的问题</translation>
    </message>
    <message>
        <source>accept {n} problems</source>
        <translation>接受 {n} 个问题</translation>
    </message>
    <message>
        <source>list a problem of row {row} again</source>
        <translation>重新列出第 {row} 行的问题</translation>
    </message>
    <message>
        <source>list {n} problems again</source>
        <translation>重新列出 {n} 个问题</translation>
    </message>
</context>
<context>
    <name>told</name>
    <message>
        <source>{where}: {text}</source>
        <translation>{where}：{text}</translation>
    </message>
    <message>
        <source>{what}; {hint}</source>
        <translation>{what}；{hint}</translation>
    </message>
    <message>
        <source>{sentence}.</source>
        <translation>{sentence}。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>physics</source>
        <translation>物理模型</translation>
    </message>
    <message>
        <source>{n} trial</source>
        <translation>{n} 次试跑</translation>
    </message>
    <message>
        <source>{n} trials</source>
        <translation>{n} 次试跑</translation>
    </message>
    <message>
        <source>{n} dry run</source>
        <translation>{n} 次空跑</translation>
    </message>
    <message>
        <source>{n} dry runs</source>
        <translation>{n} 次空跑</translation>
    </message>
    <message>
        <source>{n} row</source>
        <translation>{n} 行</translation>
    </message>
    <message>
        <source>{n} rows</source>
        <translation>{n} 行</translation>
    </message>
    <message>
        <source> and </source>
        <translation>、</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>全参数</translation>
    </message>
    <message>
        <source>Inference</source>
        <translation>推理</translation>
    </message>
    <message>
        <source>By layers</source>
        <translation>按层</translation>
    </message>
    <message>
        <source>optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>out of memory</source>
        <translation>显存不足</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>未测</translation>
    </message>
    <message>
        <source>published</source>
        <translation>公开</translation>
    </message>
    <message>
        <source>trial</source>
        <translation>试跑</translation>
    </message>
    <message>
        <source>dry run</source>
        <translation>空跑</translation>
    </message>
    <message>
        <source>entered</source>
        <translation>录入</translation>
    </message>
    <message>
        <source>per GPU</source>
        <translation>每卡</translation>
    </message>
    <message>
        <source>total</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>allocated</source>
        <translation>已分配</translation>
    </message>
    <message>
        <source>reserved</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>device (NVML)</source>
        <translation>设备（NVML）</translation>
    </message>
</context>
</TS>

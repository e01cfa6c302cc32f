import type { Talk } from "./topic.ts";

export const CHINESE: Talk = {
  language: "Chinese",
  prompts: [
    "再跑一遍测试，把失败的修好",
    "看起来不错，提交吧",
    "构建为什么失败了？",
    "请整理一下导入",
    "继续",
    "这个你是怎么测试的？为什么没有放在原来的文件里",
    "这两个有什么区别？我们以前是不是定过用哪一个",
    "这个什么时候会被调用？改了之后还有地方用到吗",
    "以前有过这个问题吗？上周还是好的，是什么引起的",
    "先不要改，告诉我你会怎么做，当初为什么是这样",
    "日志里有一个警告，是哪个模块写的问题？",
  ],
  answers: [
    "现在所有测试都通过了，改动已提交。",
    "构建恢复了，导入里少了一个类型。",
    "完成。删掉了没人用的代码，并运行了格式化。",
    "请求来的时候和结束之后都会调用。对于这种情况以前没有测试，我加上了你问的那一个。",
    "同样的东西有两处。我们没有改变它是怎么工作的，只是移动了位置，所以看到的和以前一样。",
    "失败的原因是测试开始的时候文件还没有。现在不会再遇到这个问题，我跑了十次。",
    "有两种做法。第一种是我们以前在其他模块里定的，所以会再选它。",
  ],
  gaveUp: "我无法重现这个问题，所以什么都没有改。",
  topics: [
    {
      prompt: "超时后再点一次支付，客户会被重复扣款",
      answer:
        "重试产生了第二笔扣款。现在客户端在每个支付请求里带上幂等键，服务器对见过的键返回已保存的结果。",
      decision: "幂等键在支付表里保存24小时",
      file: "src/zh/payments/charge.ts",
      ask: "支付重试的时候我们是怎么避免重复扣款的",
      near: {
        prompt: "在支付收据上显示卡号后四位",
        answer: "收据上有数字了，支付服务商会一起发来。",
      },
    },
    {
      prompt: "购物车测试只在CI上偶尔失败",
      answer: "CI在UTC下运行，而测试比较的是本地日期。测试现在自己设定时区。",
      error: "Bash: bun test tests/zh/cart.test.ts: 期望 2026-03-02，实际 2026-03-01",
      file: "tests/zh/cart.test.ts",
      ask: "购物车 测试 时区",
      near: {
        prompt: "购物车测试太慢，让它快一点",
        answer: "以前每个用例都建一个数据库，现在共用一个。",
      },
    },
    {
      prompt: "网关的内存每天增长200MB",
      answer: "每次套接字重连都会多加一个监听器，而且从不移除。现在关闭时会移除监听器。",
      file: "src/zh/gateway/sockets.ts",
      ask: "网关内存泄漏是不是监听器引起的？",
      near: {
        prompt: "网关重启时套接字客户端看到502",
        answer: "网关退出前会先排空连接。",
      },
    },
    {
      prompt: "上次迁移把订单表锁了四分钟",
      answer:
        "加一个带默认值的NOT NULL列会重写整张表。现在分批填充，之后再验证约束，并设置lock_timeout。",
      decision: "禁止重写超过一百万行的表的迁移",
      file: "db/zh/0042_orders.sql",
      ask: "对于会重写大表的迁移我们定了什么规则",
      near: {
        prompt: "为新的订单索引写一个迁移",
        answer: "索引在事务之外并发创建。",
      },
    },
    {
      prompt: "带表情符号的名字在发票列表里被截断成乱码",
      answer: "slice()从代理对中间切开了。现在用Intl.Segmenter按字素截断。",
      file: "src/zh/invoices/name.ts",
      ask: "表情符号 发票列表 乱码",
      near: {
        prompt: "发票列表排序时不区分大小写",
        answer: "现在用Intl.Collator排序。",
      },
    },
    {
      prompt: "每次docker构建都重新下载全部npm包",
      answer:
        "Dockerfile在npm ci之前复制了源码，每次改动都丢掉这一层。现在先复制锁文件，缓存又生效了。",
      file: "docker/zh/Dockerfile",
      ask: "docker为什么没有用到依赖包那一层缓存",
      near: {
        prompt: "docker镜像有1.2GB，缩小它",
        answer: "第二阶段只复制构建产物，现在是180MB。",
      },
    },
    {
      prompt: "客户端在整分钟交界处可以发两倍的请求",
      answer: "限流器按固定窗口计数。我换成了每个键一个令牌桶。",
      decision: "用令牌桶而不是滑动日志：每个键的内存固定",
      file: "src/zh/limits/limiter.ts",
      ask: "限流器当初为什么选令牌桶？",
      near: {
        prompt: "限流器拒绝请求时返回Retry-After头",
        answer: "限流器用Retry-After告知下一次请求的时间。",
      },
    },
    {
      prompt: "Excel打开我们的CSV导出时中文是乱码",
      answer: "没有字节序标记时Excel会当成GBK读取。导出现在以BOM开头。",
      file: "src/zh/export/csv.ts",
      ask: "Excel 导出 中文乱码",
      near: {
        prompt: "十万行的CSV导出要一分钟",
        answer: "现在逐行输出，不再拼成一个字符串。",
      },
    },
    {
      prompt: "用谷歌登录后陷入无限重定向",
      answer: "会话Cookie是SameSite=Strict，从谷歌回来时浏览器没有发送。现在是Lax。",
      file: "src/zh/auth/cookie.ts",
      ask: "以前有人修过谷歌登录之后的无限重定向吗",
      near: {
        prompt: "在谷歌旁边加上GitHub登录",
        answer: "GitHub现在是第二个登录方式。",
      },
    },
    {
      prompt: "配置解析器遇到空列表就崩溃",
      answer: "语法要求括号里至少有一个元素。现在可以省略，并且有嵌套空列表的测试。",
      error: "Bash: bun test: TypeError: undefined 不是对象 (first.kind)",
      file: "src/zh/config/parser.ts",
      ask: "解析器遇到空列表崩溃的问题",
      near: {
        prompt: "让配置解析器允许末尾逗号",
        answer: "右括号前的逗号现在允许了。",
      },
    },
    {
      prompt: "搜索服务重启时所有工作进程同时涌过来",
      answer: "大家每秒同步重试。现在采用带随机抖动的指数退避，最长一分钟。",
      file: "src/zh/workers/retry.ts",
      ask: "工作进程同时重试的问题，退避和抖动是怎么加的",
      near: {
        prompt: "记录工作进程重试的次数",
        answer: "每次重试都按服务名计数。",
      },
    },
    {
      prompt: "深色模式生效前页面会闪白",
      answer: "主题在水合之后才设置。头部的小脚本在首次绘制前读取主题。",
      file: "src/zh/theme/head.tsx",
      ask: "深色模式 闪白",
      near: {
        prompt: "深色模式下表格对比度太低",
        answer: "深色模式下表格边框更亮了。",
      },
    },
  ],
};

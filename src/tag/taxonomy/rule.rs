//! Boolean rules: `("strike" OR walkout) AND NOT "air strike"`, `title:budget`. AND binds before OR, NOT before both. Compiled to steps for a
//! stack, so that no depth of brackets costs more than memory.

/// A step of a compiled rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Whether this operand was found.
    Operand(usize),
    And,
    Or,
    Not,
}

/// A phrase of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    pub phrase: String,
    pub title_only: bool,
}

/// A compiled rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compiled {
    pub steps: Vec<Step>,
    pub operands: Vec<Operand>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Open,
    Or,
    And,
    Not,
}

/// More is a list, not a rule.
const MOST_OPERANDS: usize = 1_000;

/// Compiles a rule. An error is a message, and the byte where it was noticed.
pub fn compile(rule: &str) -> Result<Compiled, (usize, String)> {
    let mut out = Compiled::default();
    let mut waiting: Vec<(usize, Operator)> = Vec::new();
    let mut at = 0;
    // Whether an operand is expected next.
    let mut wants = true;
    while let Some(token) = next(rule, &mut at)? {
        let (start, token) = token;
        match token {
            Token::Close if !wants => loop {
                match waiting.pop() {
                    Some((_, Operator::Open)) => break,
                    Some((_, operator)) => out.steps.push(step(operator)),
                    None => return Err((start, "`)` without `(`".into())),
                }
            },
            Token::Operator(Operator::Open) if wants => waiting.push((start, Operator::Open)),
            Token::Operator(Operator::Not) if wants => waiting.push((start, Operator::Not)),
            Token::Operator(operator @ (Operator::And | Operator::Or)) if !wants => {
                while let Some((_, before)) = waiting.last().copied().filter(|(_, o)| *o >= operator) {
                    waiting.pop();
                    out.steps.push(step(before));
                }
                waiting.push((start, operator));
                wants = true;
            }
            Token::Phrase(operand) if wants => {
                if out.operands.len() >= MOST_OPERANDS {
                    return Err((start, format!("more than {MOST_OPERANDS} phrases in one rule")));
                }
                let known = out.operands.iter().position(|o| *o == operand);
                let number = known.unwrap_or(out.operands.len());
                if known.is_none() {
                    out.operands.push(operand);
                }
                out.steps.push(Step::Operand(number));
                wants = false;
            }
            _ if wants => return Err((start, "expected a phrase, NOT or `(`".into())),
            _ => return Err((start, "expected AND, OR or `)`".into())),
        }
    }
    if wants {
        return Err((rule.len(), "the rule ends where a phrase is expected".into()));
    }
    while let Some((start, operator)) = waiting.pop() {
        if operator == Operator::Open {
            return Err((start, "`(` without `)`".into()));
        }
        out.steps.push(step(operator));
    }
    if holds(&out.steps, &vec![false; out.operands.len()]) {
        return Err((0, "the rule holds for an article that has none of its phrases".into()));
    }
    Ok(out)
}

impl PartialOrd for Operator {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some((*self as u8).cmp(&(*other as u8)))
    }
}

fn step(operator: Operator) -> Step {
    match operator {
        Operator::And => Step::And,
        Operator::Not => Step::Not,
        _ => Step::Or,
    }
}

/// Whether a rule holds when these operands were found.
pub fn holds(steps: &[Step], found: &[bool]) -> bool {
    let mut stack: Vec<bool> = Vec::with_capacity(8);
    for step in steps {
        let value = match step {
            Step::Operand(n) => found.get(*n).copied().unwrap_or(false),
            Step::Not => !stack.pop().unwrap_or(false),
            Step::And | Step::Or => {
                let (b, a) = (stack.pop().unwrap_or(false), stack.pop().unwrap_or(false));
                if *step == Step::And { a && b } else { a || b }
            }
        };
        stack.push(value);
    }
    stack.pop().unwrap_or(false)
}

enum Token {
    Operator(Operator),
    Close,
    Phrase(Operand),
}

fn next(rule: &str, at: &mut usize) -> Result<Option<(usize, Token)>, (usize, String)> {
    let rest = &rule[*at..];
    let skipped = rest.len() - rest.trim_start().len();
    let start = *at + skipped;
    let rest = &rule[start..];
    let Some(first) = rest.chars().next() else { return Ok(None) };
    if let '(' | ')' = first {
        *at = start + 1;
        return Ok(Some((start, if first == '(' { Token::Operator(Operator::Open) } else { Token::Close })));
    }
    let title_only = rest.starts_with("title:");
    let body = rest.strip_prefix("title:").unwrap_or(rest);
    let begin = start + rest.len() - body.len();
    let (phrase, end) = match body.strip_prefix('"') {
        Some(quoted) => match quoted.find('"') {
            Some(n) => (&quoted[..n], begin + n + 2),
            None => return Err((begin, "`\"` without another one".into())),
        },
        None => {
            let n = body.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"')).unwrap_or(body.len());
            (&body[..n], begin + n)
        }
    };
    *at = end;
    if !title_only && begin == start && !body.starts_with('"') {
        match phrase {
            "AND" => return Ok(Some((start, Token::Operator(Operator::And)))),
            "OR" => return Ok(Some((start, Token::Operator(Operator::Or)))),
            "NOT" => return Ok(Some((start, Token::Operator(Operator::Not)))),
            _ => {}
        }
    }
    if crate::tag::fold::words(phrase).is_empty() {
        return Err((start, "a phrase needs a letter or digit".into()));
    }
    Ok(Some((start, Token::Phrase(Operand { phrase: phrase.to_owned(), title_only }))))
}
